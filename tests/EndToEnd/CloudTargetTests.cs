using TempoCos.Contracts;

namespace TempoCos.EndToEnd.Tests;

/// <summary>The target <c>cloud</c>: the AppHost starts its services only and is told where IBM Cloud and the cluster are.</summary>
public sealed class CloudTargetTests(CloudAndClusters outside) : IClassFixture<CloudAndClusters>
{
    private const string NoApiKey = "";
    private const string WrongApiKey = "an-api-key-that-nobody-has-made-0123456789abc";

    private const string Token = "a-token-of-the-gateway-0123456789abcdefghij";

    private const string NotATempoStack = """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: simplest
        """;

    [Fact]
    public async Task With_the_API_key_of_the_clusters_Secret_a_run_is_proven_in_the_named_places_and_a_manifest_of_another_kind_is_refused()
    {
        await using var apphost = await outside.StartAppHostAsync(
            outside.Kubeconfig, NoApiKey, $"--Parameters:kube-context={CloudAndClusters.Context}",
            "--Parameters:region=eu-de", "--Parameters:resource-group=proofs", "--Parameters:service-instance=traces", "--Parameters:bucket=traces-of-the-proof");
        apphost.App.Services.GetRequiredService<DistributedApplicationModel>().Resources.Select(resource => resource.Name).ShouldNotContain(name => name == "ibm-cloud" || name == "cluster");
        (await outside.InventoryAsync()).ShouldBeEmpty();

        IReadOnlyList<string> during = [];
        var run = await FinishedRun.RunAsync(apphost, new RunRequest { RunId = "rcloud" }, async step =>
            during = step is { Stage: "deploy", Step: "workloads", State: StepState.Succeeded } ? await outside.InventoryAsync() : during);

        run.Finished.ExitCode.ShouldBe(0, run.Finished.Summary);
        run.Finished.Verdict.ShouldBe(Verdict.Proven);
        run.Rungs.Where(rung => rung.Verdict == Verdict.Proven).Select(rung => rung.Rung).ShouldBe([0, 1, 2, 3, 4, 5, 6, 7]);
        foreach (var made in (string[])["resourceGroups: proofs", "resourceInstances: traces", "buckets: traces-of-the-proof", "namespace: tempocos-rcloud"])
        {
            during.ShouldContain(made);
        }

        run.Receipt.GetProperty("store").GetProperty("locationConstraint").GetString().ShouldBe("eu-de-standard");
        run.Finished.ReceiptJson.ShouldNotContain(CloudAndClusters.ApiKey);
        (await outside.InventoryAsync()).ShouldBeEmpty();

        await ShouldBeRefusedAsync(apphost, new RunRequest { RunId = "rkind", Manifest = NotATempoStack }, "TC321", "Deployment");
    }

    [Fact]
    public async Task A_wrong_API_key_ends_the_run_before_anything_is_made_and_is_not_shown()
    {
        await using var apphost = await outside.StartAppHostAsync(
            outside.Kubeconfig, WrongApiKey, $"--Kubernetes:Context={CloudAndClusters.Context}", "--Kubernetes:ExecTimeout=00:00:07", $"--Tempo:Token={Token}");

        var run = await ShouldBeRefusedAsync(apphost, new RunRequest { RunId = "rwrong" }, "TC102", "IbmCloud:ApiKey");

        run.Finished.ReceiptJson.ShouldNotContain(WrongApiKey);
        if (OperatingSystem.IsLinux())
        {
            (await VariableAsync(apphost, "tempostack-deployer", "Tempo__Token")).ShouldBe(Token);
            (await VariableAsync(apphost, "query-verifier", "Tempo__Token")).ShouldBeNull();
            (await VariableAsync(apphost, "tempostack-deployer", "Kubernetes__Context")).ShouldBe(CloudAndClusters.Context);
            (await VariableAsync(apphost, "tempostack-deployer", "Kubernetes__ExecTimeout")).ShouldBe("00:00:07");
        }
    }

    private static async Task<string?> VariableAsync(RunningAppHost apphost, string resource, string name)
    {
        var environment = await File.ReadAllTextAsync($"/proc/{await apphost.ProcessIdAsync(resource)}/environ", TestContext.Current.CancellationToken);
        return environment.Split('\0').SingleOrDefault(pair => pair.StartsWith($"{name}=", StringComparison.Ordinal))?.Split('=', 2)[1];
    }

    [Fact]
    public async Task A_cluster_without_the_operator_ends_the_run_and_leaves_nothing_in_the_cloud()
    {
        await using var apphost = await outside.StartAppHostAsync(outside.KubeconfigWithoutOperator, NoApiKey);

        await ShouldBeRefusedAsync(apphost, new RunRequest { RunId = "rbare" }, "TC314", "tempostacks.tempo.grafana.com");
    }

    private async Task<FinishedRun> ShouldBeRefusedAsync(RunningAppHost apphost, RunRequest request, string code, string value)
    {
        var run = await FinishedRun.RunAsync(apphost, request);

        run.Finished.ExitCode.ShouldBe(3, run.Finished.Summary);
        var error = run.Receipt.GetProperty("error");
        error.GetProperty("code").GetString().ShouldBe(code, error.ToString());
        error.GetProperty("value").GetString()!.ShouldContain(value);
        run.Finished.Leftovers.ShouldBeEmpty();
        (await outside.InventoryAsync()).ShouldBeEmpty();
        return run;
    }
}
