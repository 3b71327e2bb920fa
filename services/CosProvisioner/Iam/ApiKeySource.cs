using Microsoft.Extensions.Options;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.Kubernetes;
using TempoCos.CosProvisioner.Steps;

namespace TempoCos.CosProvisioner.Iam;

/// <summary>The API key of the configuration, or else the one that the cluster keeps for tests.</summary>
internal sealed class ApiKeySource(IOptionsMonitor<IbmCloudOptions> options, ClusterConnection clusters)
{
    public const string SecretNamespace = "kube-system";
    public const string SecretName = "qe-ibmcloud-creds";
    public const string SecretKey = "apiKey";

    private const string Setting = IbmCloudOptions.Section + ":" + nameof(IbmCloudOptions.ApiKey);
    private const string InCluster = $"Secret {SecretNamespace}/{SecretName}, key {SecretKey}";

    public async Task<ApiKey> GetAsync(CancellationToken cancellationToken)
    {
        // Keys come with a line break when they were written by echo.
        if (options.CurrentValue.ApiKey.Trim() is { Length: > 0 } configured)
        {
            return new ApiKey(configured, Setting);
        }

        return await AskClusterAsync(cancellationToken) is { Length: > 0 } kept
            ? new ApiKey(kept, InCluster)
            : throw Missing($"{Setting} is empty, and the cluster has no {InCluster}");
    }

    private async Task<string?> AskClusterAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var cluster = await clusters.ConnectAsync(cancellationToken);
            var secret = await cluster.FindSecretAsync(SecretNamespace, SecretName, cancellationToken);
            return secret?.Data?.TryGetValue(SecretKey, out var value) == true ? System.Text.Encoding.UTF8.GetString(value).Trim() : null;
        }
        catch (Exception exception) when (Diagnosis.Of(exception) is { } diagnostic)
        {
            throw Missing($"{Setting} is empty, and the cluster cannot be asked for {InCluster}: {diagnostic.Reason}", exception);
        }
    }

    private static DiagnosticException Missing(string reason, Exception? inner = null) => new(
        DiagnosticCode.ApiKeyMissing,
        Setting,
        $"there is no IBM Cloud API key: {reason}",
        "Set IbmCloud__ApiKey, or create the Secret: kubectl -n kube-system create secret generic qe-ibmcloud-creds --from-literal=apiKey=…",
        inner);
}
