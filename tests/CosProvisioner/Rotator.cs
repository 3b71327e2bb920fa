using System.Text;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.Rotation;
using TempoCos.ServiceDefaults;

namespace TempoCos.CosProvisioner.Tests;

/// <summary>Rotation and revocation inside one process of the service, and what they left.</summary>
internal static class Rotator
{
    public static async Task<KeyRotated> RotateAsync(this Provisioner provisioner, string runId)
    {
        using var reporter = Report(provisioner, runId);
        return await provisioner.Services.GetRequiredService<KeyRotation>().RunAsync(
            new RotateKeyRequest { RunId = runId, Namespace = $"tempocos-{runId}", SecretName = "ibm-cos-secret" }, reporter, TestContext.Current.CancellationToken);
    }

    public static async Task<KeysRevoked> RevokeAsync(this Provisioner provisioner, string runId)
    {
        using var reporter = Report(provisioner, runId);
        return await provisioner.Services.GetRequiredService<KeyRevocation>().RunAsync(
            new RevokeKeysRequest { RunId = runId, Namespace = $"tempocos-{runId}", SecretName = "ibm-cos-secret" }, reporter, TestContext.Current.CancellationToken);
    }

    /// <summary>The access key id in the run's Secret, and its secret.</summary>
    public static async Task<(string Id, string Secret)> InSecretAsync(Sandbox sandbox, string runId)
    {
        var secret = await k8s.CoreV1OperationsExtensions.ReadNamespacedSecretAsync(
            sandbox.Kubernetes.CoreV1, "ibm-cos-secret", $"tempocos-{runId}", cancellationToken: TestContext.Current.CancellationToken);
        return (Encoding.UTF8.GetString(secret.Data["access_key_id"]), Encoding.UTF8.GetString(secret.Data["access_key_secret"]));
    }

    /// <summary>Names of the account's resource keys that begin so, in order.</summary>
    public static async Task<IReadOnlyList<string>> KeysAsync(Sandbox sandbox, string start)
    {
        var inventory = System.Text.Json.JsonDocument.Parse(await sandbox.InventoryAsync()).RootElement;
        return
        [
            .. inventory.GetProperty("resourceKeys").EnumerateArray().Select(key => key.GetProperty("name").GetString()!)
                .Where(name => name.StartsWith(start, StringComparison.Ordinal)).Order(StringComparer.Ordinal),
        ];
    }

    private static StageReporter Report(Provisioner provisioner, string runId) => new(runId, "rotate", ProvisionerTelemetry.Source, TimeProvider.System, @event =>
    {
        provisioner.Events.Add(@event);
        return Task.CompletedTask;
    });
}
