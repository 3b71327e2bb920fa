using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using TempoCos.Contracts;

namespace TempoCos.CosProvisioner.Tests.Killing;

/// <summary>A sandbox with a gateway before it, a process that is killed again and again, and one that survives and cleans up from the ledgers alone.</summary>
internal sealed class KillingGround : IAsyncDisposable
{
    /// <summary>More than any run needs.</summary>
    public const int MostRequests = 200;

    private readonly Dictionary<string, string?> _settings;

    private KillingGround(Sandbox sandbox, Gateway gateway, Dictionary<string, string?> settings, ProvisionerProcess survivor)
    {
        Sandbox = sandbox;
        Gateway = gateway;
        _settings = settings;
        Survivor = survivor;
    }

    public Sandbox Sandbox { get; }

    public Gateway Gateway { get; }

    /// <summary>Has made nothing itself. Its requests go past the gateway.</summary>
    public ProvisionerProcess Survivor { get; }

    public static async Task<KillingGround> StartAsync()
    {
        var sandbox = await Sandbox.StartAsync();
        var kubeconfig = JsonSerializer.Serialize(k8s.KubernetesYaml.Deserialize<object>(await File.ReadAllTextAsync(sandbox.Kubeconfig, TestContext.Current.CancellationToken)));
        using var document = JsonDocument.Parse(kubeconfig);
        var cluster = document.RootElement.GetProperty("clusters")[0].GetProperty("cluster");
        var authority = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(cluster.GetProperty("certificate-authority-data").GetString()!));
        var token = document.RootElement.GetProperty("users")[0].GetProperty("user").GetProperty("token").GetString();
        var gateway = await Gateway.StartAsync(sandbox.Url, cluster.GetProperty("server").GetString()!, authority);
        var throughGateway = Path.Combine(sandbox.Directory.Path, "gateway-kubeconfig");
        await File.WriteAllTextAsync(throughGateway, $$$"""
            apiVersion: v1
            kind: Config
            current-context: gateway
            contexts: [{name: gateway, context: {cluster: gateway, user: gateway}}]
            clusters: [{name: gateway, cluster: {server: "{{{gateway.ClusterUrl}}}"}}]
            users: [{name: gateway, user: {token: "{{{token}}}"}}]
            """, TestContext.Current.CancellationToken);

        var past = Provisioner.Settings(sandbox, "home", null);
        var settings = past.ToDictionary(setting => setting.Key, setting => setting.Value?.Replace(sandbox.Url, gateway.CloudUrl, StringComparison.Ordinal));
        settings["KUBECONFIG"] = throughGateway;

        // A firewall is looked at once: the sandbox's takes effect at once.
        settings["IbmCloud:FirewallWatched"] = "00:00:00";
        return new KillingGround(sandbox, gateway, settings, await ProvisionerProcess.StartAsync(past));
    }

    public Task<ProvisionerProcess> StartVictimAsync() => ProvisionerProcess.StartAsync(_settings);

    /// <summary>What the account and the cluster hold.</summary>
    public async Task<string> InventoryAsync() => $"{await Sandbox.InventoryAsync()}\n{string.Join(' ', await Sandbox.NamespacesAsync())}";

    /// <summary>Has the survivor remove the run, and says what is left that was not there before.</summary>
    public async Task CleanUpAsync(string runId, string before, string when)
    {
        var deprovisioned = await Survivor.DeprovisionAsync(runId);
        deprovisioned.ShouldNotBeNull(when).Leftovers.ShouldBeEmpty(when);
        (await InventoryAsync()).ShouldBe(before, when);
        var ledgers = await Survivor.Client.ListLedgersAsync(new ListLedgersRequest(), cancellationToken: TestContext.Current.CancellationToken);
        ledgers.Ledgers.ShouldBeEmpty(when);
    }

    public async ValueTask DisposeAsync()
    {
        await Survivor.DisposeAsync();
        await Gateway.DisposeAsync();
        await Sandbox.DisposeAsync();
    }
}
