using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using k8s;
using TempoCos.Contracts;

namespace TempoCos.EndToEnd.Tests;

/// <summary>Whatever a run writes, prints and sends as telemetry, no key is in it.</summary>
[SupportedOSPlatform("linux")]
public sealed class SecretsTests
{
    private const string RunId = "rsecret";

    /// <summary>Where the sandbox keeps what the real cloud and the real cluster would keep to themselves.</summary>
    private static readonly string[] Vaults = ["sandbox/ibm-cloud/", "sandbox/cluster/objects.ndjson", "sandbox/cluster/kubeconfig", "sandbox/cluster/token", "sandbox/cluster/ca.key"];

    [Fact]
    public async Task No_key_is_in_anything_that_a_run_wrote_printed_or_sent_as_telemetry()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the API key is read from the provisioner's environment, as /proc shows it");
        await using var apphost = await RunningAppHost.StartAsync("--no-run");
        await apphost.HealthyAsync("pipeline");
        var written = new Writings();
        var keys = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["API key"] = await VariableAsync(apphost, "cos-provisioner", "IbmCloud__ApiKey"),
            ["cluster token"] = (await File.ReadAllTextAsync(Path.Combine(apphost.Home, "sandbox", "cluster", "token"), TestContext.Current.CancellationToken)).Trim(),
        };

        var run = await FinishedRun.RunAsync(apphost, new RunRequest { RunId = RunId, RotateKey = true }, async step =>
        {
            if (step is { State: StepState.Succeeded, Stage: "provision", Step: "secret" } or { State: StepState.Succeeded, Stage: "generate", Step: "traces" } or { State: StepState.Running, Stage: "cleanup", Step: "port-forwards" })
            {
                keys[$"HMAC secret, {step.Stage}"] = await StorageKeyAsync(apphost);
                AddKeysOfCredentials(keys, apphost.Home);
                written.AddFiles(apphost.Home, step.Stage, Vaults);
            }
        });
        run.Finished.ExitCode.ShouldBe(0, run.Finished.Summary);
        written.AddFiles(apphost.Home, "end", Vaults);
        written.Add("step events", string.Join('\n', run.Steps));
        written.Add("receipt", run.Finished.ReceiptJson);
        await AddConsolesAsync(written, apphost);
        await AddTelemetryAsync(written, apphost, run.Finished.TraceId);

        keys.Count.ShouldBeGreaterThan(4);
        keys.Values.ShouldAllBe(key => key.Length > 20);
        keys["HMAC secret, provision"].ShouldNotBe(keys["HMAC secret, cleanup"]);
        foreach (var (name, key) in keys)
        {
            written.Holding(key).ShouldBeEmpty(name);
            written.Holding(Convert.ToBase64String(Encoding.UTF8.GetBytes(key))).ShouldBeEmpty($"{name}, in base64");
            written.Holding(Uri.EscapeDataString(key)).ShouldBeEmpty($"{name}, escaped");
        }

        written.Holding("Bearer eyJ").ShouldBeEmpty("an access token");
        written.Holding("Signature=").ShouldBeEmpty("a signed request");

        // What is no secret is found everywhere: the search works, and nothing that it looks into is empty.
        foreach (var place in (string[])["step events", "receipt", "console of cos-provisioner", "telemetry: spans", $"file provision: runs/{RunId}/run.json"])
        {
            written.Names.ShouldContain(place);
        }

        written.Holding($"tempocos-{RunId}").ShouldContain("step events");
        written.Holding($"tempocos-{RunId}").ShouldContain("telemetry: spans");
        written.Holding($"tempocos-{RunId}").ShouldContain($"file end: runs/{RunId}/ledger-cos-provisioner.ndjson");
        written.Holding($"tempocos-{RunId}").ShouldContain(name => name.EndsWith("/tempo.yaml", StringComparison.Ordinal));
    }

    private static async Task<string> VariableAsync(RunningAppHost apphost, string resource, string name)
    {
        var environment = await File.ReadAllTextAsync($"/proc/{await apphost.ProcessIdAsync(resource)}/environ", TestContext.Current.CancellationToken);
        return environment.Split('\0').Select(pair => pair.Split('=', 2)).Single(pair => pair[0] == name)[1];
    }

    private static async Task<string> StorageKeyAsync(RunningAppHost apphost)
    {
        using var cluster = new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(Path.Combine(apphost.Home, "sandbox", "cluster", "kubeconfig")));
        var secret = await cluster.CoreV1.ReadNamespacedSecretAsync("ibm-cos-secret", $"tempocos-{RunId}", cancellationToken: TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(secret.Data["access_key_secret"]);
    }

    /// <summary>A resource key is also an API key, which nobody asked for.</summary>
    private static void AddKeysOfCredentials(Dictionary<string, string> keys, string home)
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(home, "sandbox", "ibm-cloud", "control", "resource-keys"), "*.json"))
        {
            using var key = JsonDocument.Parse(File.ReadAllText(file));
            if (key.RootElement.TryGetProperty("credentials", out var credentials) && credentials.ValueKind == JsonValueKind.Object)
            {
                keys[$"API key of resource key {Path.GetFileNameWithoutExtension(file)}"] = credentials.GetProperty("apikey").GetString()!;
            }
        }
    }

    private static async Task AddConsolesAsync(Writings written, RunningAppHost apphost)
    {
        var logs = apphost.App.Services.GetRequiredService<ResourceLoggerService>();
        foreach (var resource in apphost.App.Services.GetRequiredService<DistributedApplicationModel>().Resources)
        {
            var lines = new StringBuilder();
            await foreach (var batch in logs.GetAllAsync(resource))
            {
                foreach (var line in batch)
                {
                    lines.AppendLine(line.Content);
                }
            }

            written.Add($"console of {resource.Name}", lines.ToString());
        }
    }

    private static async Task AddTelemetryAsync(Writings written, RunningAppHost apphost, string traceId)
    {
        await DashboardTelemetry.UntilAsync(() => apphost.Telemetry.SpansAsync(traceId), spans => spans.Contains("pipeline"), spans => $"spans of {spans.Count} resources");
        foreach (var kind in (string[])["spans", "logs", "traces"])
        {
            written.Add($"telemetry: {kind}", await apphost.Telemetry.TextAsync($"{kind}?limit=100000"));
        }
    }
}
