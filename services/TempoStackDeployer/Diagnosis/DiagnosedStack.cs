using System.Net;
using k8s;
using k8s.Autorest;
using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Manifests;
using TempoCos.TempoStackDeployer.Readiness;

namespace TempoCos.TempoStackDeployer.Diagnosis;

/// <summary>A TempoStack or TempoMonolithic that is there, whoever made it.</summary>
/// <param name="Manifest">What it asks for, as the cluster has it.</param>
/// <param name="IsOfARun">A run of TempoCos made it.</param>
internal sealed record DiagnosedStack(StackManifest Manifest, bool IsOfARun)
{
    public string Kind => Manifest.Kind;

    public string Namespace => Manifest.Namespace;

    public string Name => Manifest.Name;

    /// <summary>s3, azure, gcs; empty where the blocks stay on a volume.</summary>
    public string StorageType => Manifest.IsMonolithic
        ? Manifest.Text("spec", "storage", "traces", "backend") is { } backend and ("s3" or "azure" or "gcs") ? backend : ""
        : Manifest.Text("spec", "storage", "secret", "type") ?? "s3";

    public string? SecretName => StorageType == "s3" ? Manifest.StorageSecretName : null;

    /// <summary>ConfigMap of the store's authority; null without one.</summary>
    public string? AuthorityName => Manifest.Text([.. Manifest.StorageTlsPath, "caName"]);

    public string Prefix => Manifest.Text("spec", "extraConfig", "tempo", "storage", "trace", "s3", "prefix") ?? "";

    /// <summary>Id of the first tenant; null where tenants are off.</summary>
    public string? Tenant => Manifest is { IsMultitenant: true, Tenants: [var first, ..] } ? first.Id.Length > 0 ? first.Id : first.Name : null;

    /// <exception cref="DiagnosticException">There is none, or more than one to choose from.</exception>
    public static async Task<DiagnosedStack> FindAsync(ClusterConnection cluster, DiagnoseStackRequest request, CancellationToken cancellationToken)
    {
        var kind = StackKind.Or(request.Kind);
        var (plural, single) = (StackKind.Plural(kind), request.Name);
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
                new StackManifest(kind, one.Metadata.Name, request.Namespace, new() { ["spec"] = one.Spec?.DeepClone() }), one.Metadata.Labels?.ContainsKey(RunLabels.Run) == true),
            [] => throw new DiagnosticException(
                Codes.StackAbsent, single.Length > 0 ? $"{request.Namespace}/{single}" : request.Namespace, $"There is no such {kind}", $"See `kubectl get {plural} -A`."),
            _ => throw new DiagnosticException(
                Codes.StackAbsent, request.Namespace, $"There is more than one {kind} in the namespace", $"Name one of {string.Join(", ", found.Select(stack => stack.Metadata.Name))}."),
        };
    }
}
