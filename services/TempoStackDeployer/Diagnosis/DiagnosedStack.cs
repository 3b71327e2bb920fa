using System.Net;
using k8s;
using k8s.Autorest;
using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Manifests;
using TempoCos.TempoStackDeployer.Readiness;

namespace TempoCos.TempoStackDeployer.Diagnosis;

/// <summary>A TempoStack or TempoMonolithic that is there, whoever made it.</summary>
/// <param name="Kind">TempoStack or TempoMonolithic.</param>
/// <param name="Manifest">What it asks for, as the cluster has it.</param>
/// <param name="IsOfARun">A run of TempoCos made it.</param>
internal sealed record DiagnosedStack(string Kind, StackManifest Manifest, bool IsOfARun)
{
    public string Namespace => Manifest.Namespace;

    public string Name => Manifest.Name;

    /// <summary>s3, azure, gcs; empty where the blocks stay on a volume.</summary>
    public string StorageType => IsMonolithic
        ? Manifest.Text("spec", "storage", "traces", "backend") is "s3" or "azure" or "gcs" ? Manifest.Text("spec", "storage", "traces", "backend")! : ""
        : Manifest.Text("spec", "storage", "secret", "type") ?? "s3";

    public string? SecretName => StorageType != "s3" ? null : IsMonolithic ? Manifest.Text("spec", "storage", "traces", "s3", "secret") : Manifest.Text("spec", "storage", "secret", "name");

    /// <summary>ConfigMap of the store's authority; null without one.</summary>
    public string? AuthorityName => IsMonolithic ? Manifest.Text("spec", "storage", "traces", "s3", "tls", "caName") : Manifest.Text("spec", "storage", "tls", "caName");

    public string Prefix => Manifest.Text("spec", "extraConfig", "tempo", "storage", "trace", "s3", "prefix") ?? "";

    /// <summary>Id of the first tenant; null where tenants are off.</summary>
    public string? Tenant => (IsMonolithic ? Manifest.At("spec", "multitenancy", "authentication") : Manifest.At("spec", "tenants", "authentication")) is System.Text.Json.Nodes.JsonArray { Count: > 0 } tenants
        ? (string?)tenants[0]?["tenantId"] ?? (string?)tenants[0]?["tenantName"] : null;

    private bool IsMonolithic => Kind == StackKinds.TempoMonolithic;

    /// <exception cref="DiagnosticException">There is none, or more than one to choose from.</exception>
    public static async Task<DiagnosedStack> FindAsync(ClusterConnection cluster, DiagnoseStackRequest request, CancellationToken cancellationToken)
    {
        var kind = request.Kind == StackKinds.TempoMonolithic ? StackKinds.TempoMonolithic : StackKinds.TempoStack;
        var (plural, single) = (StackKinds.Plural(kind), request.Name);
        TempoStackList list;
        try
        {
            list = await cluster.Client.CustomObjects.ListNamespacedCustomObjectAsync<TempoStackList>(
                TempoStack.Group, TempoStack.Version, request.Namespace, plural, fieldSelector: single.Length > 0 ? $"metadata.name={single}" : null, limit: 20, cancellationToken: cancellationToken);
        }
        catch (HttpOperationException exception) when (exception.Is(HttpStatusCode.NotFound))
        {
            throw new DiagnosticException(Codes.OperatorAbsent, $"{plural}.{TempoStack.Group}", $"The cluster at {cluster.Server} has no {kind} resource: the Tempo Operator is not installed", "Install the Tempo Operator, or name another context by Kubernetes__Context.");
        }

        var found = list.Items.Where(stack => single.Length == 0 || stack.Metadata.Name == single).ToList();
        return found switch
        {
            [var one] => new DiagnosedStack(
                kind, new StackManifest(one.Metadata.Name, request.Namespace, new() { ["kind"] = kind, ["spec"] = one.Spec?.DeepClone() }), one.Metadata.Labels?.ContainsKey(RunLabels.Run) == true),
            [] => throw new DiagnosticException(
                Codes.StackAbsent, single.Length > 0 ? $"{request.Namespace}/{single}" : request.Namespace, $"There is no such {kind}", $"See `kubectl get {plural} -A`."),
            _ => throw new DiagnosticException(
                Codes.StackAbsent, request.Namespace, $"There is more than one {kind} in the namespace", $"Name one of {string.Join(", ", found.Select(stack => stack.Metadata.Name))}."),
        };
    }
}
