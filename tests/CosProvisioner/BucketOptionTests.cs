using System.Text.Json.Nodes;
using Amazon.S3;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.Iam;
using TempoCos.IbmCloud;

namespace TempoCos.CosProvisioner.Tests;

/// <summary>What a bucket can be made with: it has it, or it is said why not.</summary>
public sealed class BucketOptionTests
{
    private const string RootKey = "crn:v1:bluemix:public:kms:us-east:a/0123456789abcdef0123456789abcdef:11111111-2222-3333-4444-555555555555:key:66666666-7777-8888-9999-000000000000";
    private const string Monitoring = "crn:v1:bluemix:public:sysdig-monitor:us-east:a/0123456789abcdef0123456789abcdef:11111111-2222-3333-4444-555555555555::";

    [Fact]
    public async Task A_bucket_has_what_was_asked_for()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var inventory = await sandbox.InventoryAsync();
        await using var provisioner = new Provisioner(sandbox);
        await using var host = await StartAsync(sandbox);

        var provisioned = await host.ProvisionAsync(new ProvisionRequest
        {
            RunId = "rall",
            HardQuotaBytes = 10L << 30,
            AbortUploadsAfterDays = 3,
            RootKeyCrn = RootKey,
            AllowedIps = { "127.0.0.1", "203.0.113.0/24" },
            MetricsMonitoringCrn = Monitoring,
        });

        var configuration = await ConfigurationAsync(sandbox, provisioner, provisioned.Bucket);
        ((long?)configuration["hard_quota"]).ShouldBe(10L << 30);
        configuration["firewall"]!["allowed_ip"]!.AsArray().Select(ip => (string?)ip).ShouldBe(["127.0.0.1", "203.0.113.0/24"]);
        ((string?)configuration["metrics_monitoring"]!["metrics_monitoring_crn"]).ShouldBe(Monitoring);
        using var store = await S3.OpenAsync(sandbox, provisioned);
        var rule = (await store.GetLifecycleConfigurationAsync(provisioned.Bucket, TestContext.Current.CancellationToken)).Configuration.Rules.ShouldHaveSingleItem();
        rule.AbortIncompleteMultipartUpload.DaysAfterInitiation.ShouldBe(3);
        rule.Expiration.ShouldBeNull();
        host.Events.Single(@event => @event.Step == "bucket" && @event.State == StepState.Succeeded).Evidence["root_key"].ShouldBe(RootKey);
        (await host.DeprovisionAsync("rall")).Leftovers.ShouldBeEmpty();
        (await sandbox.InventoryAsync()).ShouldBe(inventory);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-1, null)]
    public async Task Unfinished_uploads_are_aborted_after_a_day_unless_that_is_not_wanted(int asked, int? days)
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var host = await StartAsync(sandbox);

        var provisioned = await host.ProvisionAsync(new ProvisionRequest { RunId = "rdays", AbortUploadsAfterDays = asked });

        using var store = await S3.OpenAsync(sandbox, provisioned);
        int? found = null;
        try
        {
            found = (await store.GetLifecycleConfigurationAsync(provisioned.Bucket, TestContext.Current.CancellationToken)).Configuration?.Rules?.FirstOrDefault()?.AbortIncompleteMultipartUpload?.DaysAfterInitiation;
        }
        catch (AmazonS3Exception exception) when (exception.ErrorCode == "NoSuchLifecycleConfiguration")
        {
            // There is none.
        }

        found.ShouldBe(days);
    }

    [Fact]
    public async Task A_firewall_that_locks_this_machine_out_is_taken_away_again()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var provisioner = new Provisioner(sandbox);
        await using var host = await StartAsync(sandbox);

        var diagnostic = await host.DiagnoseAsync(new ProvisionRequest { RunId = "rlocked", AllowedIps = { "203.0.113.7" } });

        diagnostic.Code.ShouldBe("TC229", diagnostic.Message);
        diagnostic.Value.ShouldBe("203.0.113.7");
        var firewall = (await ConfigurationAsync(sandbox, provisioner, "tempocos-rlocked"))["firewall"];
        (firewall?["allowed_ip"]?.AsArray().Count ?? 0).ShouldBe(0);
        (await host.DeprovisionAsync("rlocked")).Leftovers.ShouldBeEmpty();
        (await sandbox.InventoryAsync()).ShouldNotContain("rlocked");
    }

    [Fact]
    public async Task A_root_key_that_may_not_be_used_is_named()
    {
        await using var sandbox = await Sandbox.StartAsync(new Knobs { KeyProtectAuthorized = false });
        await using var host = await StartAsync(sandbox);

        var diagnostic = await host.DiagnoseAsync(new ProvisionRequest { RunId = "rkp", RootKeyCrn = RootKey });

        diagnostic.Code.ShouldBe("TC228");
        diagnostic.Fix.ShouldContain("authorization-policy-create");
        (await host.DeprovisionAsync("rkp")).Leftovers.ShouldBeEmpty();
        (await sandbox.InventoryAsync()).ShouldNotContain("rkp");
    }

    [Fact]
    public async Task A_quota_that_is_too_small_for_anything_is_named()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var host = await StartAsync(sandbox);

        (await host.DiagnoseAsync(new ProvisionRequest { RunId = "rtiny", HardQuotaBytes = 5 })).Code.ShouldBe("TC230");

        (await host.DeprovisionAsync("rtiny")).Leftovers.ShouldBeEmpty();
        (await sandbox.InventoryAsync()).ShouldNotContain("rtiny");
    }

    [Fact]
    public async Task An_account_with_as_many_buckets_as_it_may_have_is_named()
    {
        await using var sandbox = await Sandbox.StartAsync(new Knobs { BucketLimit = 0 });
        await using var host = await StartAsync(sandbox);

        (await host.DiagnoseAsync(new ProvisionRequest { RunId = "rmany" })).Code.ShouldBe("TC218");

        (await host.DeprovisionAsync("rmany")).Leftovers.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("lite", "already has an instance created with the Lite plan")]
    [InlineData("11111111-2222-3333-4444-555555555555", "plan")]
    [InlineData("gold", "no such plan")]
    public async Task A_plan_that_is_not_to_be_had_is_named(string plan, string said)
    {
        await using var sandbox = await Sandbox.StartAsync();
        var inventory = await sandbox.InventoryAsync();
        await using var host = await StartAsync(sandbox);

        var diagnostic = await host.DiagnoseAsync(new ProvisionRequest { RunId = "rplan", Plan = plan });

        diagnostic.Code.ShouldBe("TC124", diagnostic.Message);
        diagnostic.Value.ShouldBe(plan);
        diagnostic.Reason.ShouldContain(said);
        (await host.DeprovisionAsync("rplan")).Leftovers.ShouldBeEmpty();
        (await sandbox.InventoryAsync()).ShouldBe(inventory);
    }

    public static TheoryData<ProvisionRequest, string> Invalid => new()
    {
        { new() { RunId = "rbad", HardQuotaBytes = -5 }, "-5" },
        { new() { RunId = "rbad", AbortUploadsAfterDays = 9999 }, "9999" },
        { new() { RunId = "rbad", RootKeyCrn = "my-key" }, "my-key" },
        { new() { RunId = "rbad", AllowedIps = { "256.1.1.1" } }, "256.1.1.1" },
        { new() { RunId = "rbad", AllowedIps = { "10.0.0.0/33" } }, "10.0.0.0/33" },
        { new() { RunId = "rbad", MetricsMonitoringCrn = "sysdig" }, "sysdig" },
        { new() { RunId = "rbad", Adopt = { "namespace" } }, "namespace" },
    };

    [Theory]
    [MemberData(nameof(Invalid))]
    public async Task An_option_that_is_not_valid_is_named_before_anything_is_asked(ProvisionRequest request, string value)
    {
        await using var sandbox = await Sandbox.StartAsync();
        var wire = new Wire();
        await using var host = await ServiceHost.StartAsync(sandbox, wire);

        var diagnostic = await host.DiagnoseAsync(request);

        diagnostic.Code.ShouldBe("TC120", diagnostic.Message);
        diagnostic.Value.ShouldContain(value);
        wire.Requests.ShouldBeEmpty();
    }

    private static Task<ServiceHost> StartAsync(Sandbox sandbox) =>
        ServiceHost.StartAsync(sandbox, settings: new Dictionary<string, string?> { ["IbmCloud:FirewallWatched"] = "00:00:00.200", ["IbmCloud:HmacKeyWithin"] = "00:00:05" });

    private static async Task<JsonNode> ConfigurationAsync(Sandbox sandbox, Provisioner provisioner, string bucket)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", (await provisioner.Services.GetRequiredService<IamTokenSource>().GetAsync(TestContext.Current.CancellationToken)).Bearer);
        return JsonNode.Parse(await http.GetStringAsync(new Uri($"{sandbox.Url}/_/config/v1/b/{bucket}"), TestContext.Current.CancellationToken))!;
    }
}
