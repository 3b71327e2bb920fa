using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using k8s;
using Microsoft.AspNetCore.Http;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.ResourceController;
using TempoCos.Doctor.Tests;

namespace TempoCos.CosProvisioner.Tests.Doctor;

/// <summary>The doctor of account, run and clean-up: what is wrong turns its own check red, and no other.</summary>
public sealed class DiagnoseTests
{
    private const string Run = "rdoc0tor1";
    private static readonly ProvisionRequest Request = new() { RunId = Run };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_sound_account_passes_every_check_that_can_be_asked_without_a_run()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var host = await ServiceHost.StartAsync(sandbox);

        var results = await DiagnoseAsync(host, new DiagnoseRequest());

        results.Where(result => result.Severity != CheckSeverity.Pass).ShouldBeEmpty();
        results.Select(result => result.Id).Order().ShouldBe(["TC101", "TC102", "TC103", "TC105", "TC107", "TC112", "TC124", "TC126", "TC127", "TC218", "TC501", "TC511"]);
    }

    [Fact]
    public async Task A_run_that_is_kept_passes_every_check_and_its_key_is_in_no_answer()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var host = await ServiceHost.StartAsync(sandbox);
        var made = await host.ProvisionAsync(Request);
        var secret = await sandbox.Kubernetes.CoreV1.ReadNamespacedSecretAsync(made.SecretName, made.Namespace, cancellationToken: Cancelled);
        var key = System.Text.Encoding.UTF8.GetString(secret.Data["access_key_secret"]);

        var results = await DiagnoseAsync(host, new DiagnoseRequest { RunId = Run });

        results.Where(result => result.Severity != CheckSeverity.Pass).ShouldBeEmpty();
        results.Count.ShouldBe(19);
        results.Select(result => result.Id).ShouldBeUnique();
        string.Concat(results.Select(result => result.ToString())).ShouldNotContain(key);
        host.Log.ToString()!.ShouldNotContain(key);
        (await host.DeprovisionAsync(Run)).Leftovers.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_store_that_misbehaves_is_found_with_the_runs_own_key_and_may_be_ignored()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var host = await ServiceHost.StartAsync(sandbox);
        await host.ProvisionAsync(Request);
        await FailAsync(sandbox, """{"operation":"ListObjectsV2","query":{"prefix":"*-listing-order-"},"unsorted":true}""");

        Only(await DiagnoseAsync(host, new DiagnoseRequest { RunId = Run }), "TC206", CheckSeverity.Fail);
        Only(await DiagnoseAsync(host, new DiagnoseRequest { RunId = Run, Ignore = { "TC206" } }), "TC206", CheckSeverity.Warning);
    }

    [Fact]
    public async Task No_api_key_and_one_that_is_refused_are_told_apart_and_nothing_else_is_asked()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var without = await ServiceHost.StartAsync(sandbox, settings: Setting("IbmCloud:ApiKey", ""));
        await using var refused = await ServiceHost.StartAsync(sandbox, settings: Setting("IbmCloud:ApiKey", "of-nobody"), home: "other");

        Only(await DiagnoseAsync(without, new DiagnoseRequest()), "TC101", CheckSeverity.Fail);
        Only(await DiagnoseAsync(refused, new DiagnoseRequest()), "TC102", CheckSeverity.Fail);
    }

    [Fact]
    public async Task A_cloud_that_does_not_answer_and_a_proxy_that_answers_for_it_are_told_apart()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var portal = await PortalAsync();
        await using var nobody = await ServiceHost.StartAsync(sandbox, settings: Setting("IbmCloud:IamUrl", $"http://127.0.0.1:{ClosedPort()}"));
        await using var proxied = await ServiceHost.StartAsync(sandbox, settings: Setting("IbmCloud:IamUrl", portal.Urls.First()), home: "other");

        Only(await DiagnoseAsync(nobody, new DiagnoseRequest()), "TC103", CheckSeverity.Fail);
        Only(await DiagnoseAsync(proxied, new DiagnoseRequest()), "TC126", CheckSeverity.Fail);
    }

    [Fact]
    public async Task A_certificate_that_is_not_trusted_is_its_own_finding()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var front = await TlsFront.BeforeAsync(new Uri(sandbox.Url));
        await using var host = await ServiceHost.StartAsync(sandbox, settings: Setting("IbmCloud:IamUrl", $"{front.Address}/_/iam"));

        Only(await DiagnoseAsync(host, new DiagnoseRequest()), "TC127", CheckSeverity.Fail);
    }

    [Theory]
    [InlineData("""{"operation":"ListResourceInstances","status":403}""", "TC105", CheckSeverity.Fail)]
    [InlineData("""{"operation":"ListResourceGroups","status":403}""", "TC105", CheckSeverity.Fail)]
    [InlineData("""{"operation":"ListReclamations","status":403}""", "TC105", CheckSeverity.Warning)]
    [InlineData("""{"operation":"ListReclamations","status":400}""", "TC106", CheckSeverity.Warning)]
    public async Task What_the_account_refuses_is_one_finding_and_a_warning_where_a_run_can_do_without(string fault, string id, CheckSeverity severity)
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var host = await ServiceHost.StartAsync(sandbox);
        await FailAsync(sandbox, fault);

        Only(await DiagnoseAsync(host, new DiagnoseRequest()), id, severity);
    }

    [Theory]
    [InlineData("us-esat", "", "TC112")]
    [InlineData("us", "onerate_active", "TC121")]
    [InlineData("us-east", "lukewarm", "TC216")]
    public async Task A_place_that_cannot_be_is_found_before_anything_is_made(string region, string storageClass, string id)
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var host = await ServiceHost.StartAsync(sandbox);
        var before = await sandbox.InventoryAsync();

        Only(await DiagnoseAsync(host, new DiagnoseRequest { Plan = new ProvisionRequest { Region = region, StorageClass = storageClass } }), id, CheckSeverity.Fail);

        (await sandbox.InventoryAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task A_plan_that_is_no_more_a_leak_and_an_old_reclamation_are_found()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var host = await ServiceHost.StartAsync(sandbox);
        await using var theirs = new Provisioner(sandbox, home: "theirs");
        var group = await Foreign.GroupAsync(theirs, "theirs");

        Only(await DiagnoseAsync(host, new DiagnoseRequest { Plan = new ProvisionRequest { Plan = "lite" } }), "TC124", CheckSeverity.Fail);

        var old = await Foreign.InstanceAsync(theirs, group.Id, "tempocos-rold01", tags: ["tempocos", "tempocos-run:rold01"]);
        Only(await DiagnoseAsync(host, new DiagnoseRequest()), "TC511", CheckSeverity.Warning);
        await theirs.Services.GetRequiredService<ResourceControllerClient>().DeleteInstanceAsync(old.Guid, Cancelled);
        Only(await DiagnoseAsync(host, new DiagnoseRequest()), "TC501", CheckSeverity.Warning);
        Only(await DiagnoseAsync(host, new DiagnoseRequest { Plan = new ProvisionRequest { Prefix = "others" } }), null, CheckSeverity.Pass);
    }

    [Fact]
    public async Task An_account_that_is_nearly_full_of_buckets_is_a_warning()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var host = await ServiceHost.StartAsync(sandbox);
        await using var theirs = new Provisioner(sandbox, home: "theirs");
        var instance = await Foreign.InstanceAsync(theirs, (await Foreign.GroupAsync(theirs, "theirs")).Id, "many");
        for (var bucket = 0; bucket < 90; bucket++)
        {
            await Foreign.BucketAsync(theirs, instance, $"many-{bucket}");
        }

        Only(await DiagnoseAsync(host, new DiagnoseRequest()), null, CheckSeverity.Pass);
        await Foreign.BucketAsync(theirs, instance, "many-90");
        Only(await DiagnoseAsync(host, new DiagnoseRequest()), "TC218", CheckSeverity.Warning);
    }

    [Fact]
    public async Task Somebody_elses_instance_in_the_runs_group_is_a_warning_and_a_deleted_instance_of_the_run_a_failure()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var host = await ServiceHost.StartAsync(sandbox);
        await using var theirs = new Provisioner(sandbox, home: "theirs");
        var made = await host.ProvisionAsync(Request);

        var stranger = await Foreign.InstanceAsync(theirs, made.ResourceGroupId, "stranger");
        Only(await DiagnoseAsync(host, new DiagnoseRequest { RunId = Run }), "TC503", CheckSeverity.Warning);

        var controller = theirs.Services.GetRequiredService<ResourceControllerClient>();
        await controller.DeleteInstanceAsync(stranger.Guid, Cancelled);
        await theirs.Services.GetRequiredService<Steps.Waiting>().UntilAsync("the stranger to be reclaimed", TimeSpan.FromSeconds(30), async () =>
        {
            foreach (var reclamation in (await controller.ListReclamationsAsync(made.AccountId, stranger.Guid, Cancelled)).Where(item => item.IsScheduled))
            {
                await controller.ReclaimAsync(reclamation.Id, "theirs", Cancelled);
            }

            return await controller.FindInstanceAsync(stranger.Guid, Cancelled) is not { IsRemoved: false };
        }, Cancelled);
        await controller.DeleteInstanceAsync(made.ServiceInstanceCrn.Split(':')[7], Cancelled);
        Only(await DiagnoseAsync(host, new DiagnoseRequest { RunId = Run }), "TC110", CheckSeverity.Fail);
    }

    [Fact]
    public async Task A_run_that_nobody_knows_is_refused()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var host = await ServiceHost.StartAsync(sandbox);

        var refused = await Should.ThrowAsync<RpcException>(() => DiagnoseAsync(host, new DiagnoseRequest { RunId = "runknown" }));

        DiagnosticException.From(refused)!.Code.ShouldBe("TC906");
    }

    private static async Task<IReadOnlyList<CheckResult>> DiagnoseAsync(ServiceHost host, DiagnoseRequest request)
    {
        var results = new List<CheckResult>();
        var ended = new List<string>();
        Diagnosed? diagnosed = null;
        using var call = host.Client.Diagnose(request, cancellationToken: Cancelled);
        await foreach (var reply in call.ResponseStream.ReadAllAsync(Cancelled))
        {
            if (reply.Event is { State: not StepState.Running } step)
            {
                step.Stage.ShouldBe("doctor");
                ended.Add(step.Evidence["check"]);
            }

            results.AddRange(reply.Check is { } check ? [check] : []);
            diagnosed ??= reply.Diagnosed;
        }

        diagnosed.ShouldNotBeNull();
        diagnosed.Usage.ClassA.ShouldBeGreaterThan(request.RunId.Length > 0 && results.Exists(result => result is { Id: "TC203", Severity: CheckSeverity.Pass }) ? 50 : -1);
        ended.ShouldBe(results.Select(result => result.Id), ignoreOrder: true);
        return results;
    }

    private static void Only(IReadOnlyList<CheckResult> results, string? id, CheckSeverity severity)
    {
        var notPassed = results.Where(result => result.Severity is CheckSeverity.Warning or CheckSeverity.Fail).ToList();
        notPassed.Select(result => $"{result.Id} {result.Message}").ShouldAllBe(text => id != null && text.StartsWith(id), string.Join("\n", notPassed.Select(result => $"{result.Id} {result.Message}")));
        if (id is not null)
        {
            var found = notPassed.ShouldHaveSingleItem();
            found.Severity.ShouldBe(severity);
            found.Fix.ShouldNotBeEmpty();
        }
    }

    private static Dictionary<string, string?> Setting(string name, string value) => new() { [name] = value };

    private static async Task FailAsync(Sandbox sandbox, string fault)
    {
        using var http = new HttpClient();
        using var answer = await http.PostAsync(new Uri($"{sandbox.Url}/_/admin/faults"), new StringContent(fault, null, "application/json"), Cancelled);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync(Cancelled));
    }

    private static async Task<WebApplication> PortalAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapFallback(() => Results.Content("<html><body>Please log in</body></html>", "text/html"));
        await app.StartAsync(Cancelled);
        return app;
    }

    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
