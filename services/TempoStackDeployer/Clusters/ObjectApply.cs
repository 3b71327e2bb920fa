using System.Net;
using System.Text.Json.Nodes;
using k8s.Models;
using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Ledgers;

namespace TempoCos.TempoStackDeployer.Clusters;

/// <summary>Applies an object of any kind on the server's side, never over somebody else's, and writes it to the ledger first.</summary>
internal static class ObjectApply
{
    /// <summary>
    /// The document carries apiVersion, kind, metadata.name and, for what lives in a namespace, metadata.namespace; the run's labels are added.
    /// In the ledger its kind is <paramref name="ledgerKind"/>, or apiVersion/kind (<c>v1/ConfigMap</c>, <c>apps/v1/Deployment</c>) when that is null.
    /// </summary>
    public static async Task<AppliedObject> ApplyAsync(
        ClusterConnection cluster, JsonObject document, string identity, RunLedger ledger, CancellationToken cancellationToken, string? ledgerKind = null)
    {
        var resource = await ApiObjects.ResourceAsync(cluster, Text(document, "apiVersion"), Text(document, "kind"), cancellationToken);
        var (@namespace, name, full) = Names(resource, document);
        var existing = await ApiObjects.FindAsync(cluster, resource, @namespace, name, cancellationToken);
        if (existing is not null && !IsOurs(existing, ledger.RunId))
        {
            throw new DiagnosticException(
                Codes.NotOurs, full, $"A {resource.Kind} of that name is there already and is not this run's", "Choose another namespace or another metadata.name; nothing was changed.");
        }

        var kind = ledgerKind ?? LedgerKind(resource);
        ledger.Intend(kind, full, identity);
        AppliedObject applied;
        try
        {
            applied = await RequestAsync(cluster, resource, Labelled(document, ledger.RunId), dryRun: false, CancellationToken.None);
        }
        catch (DiagnosticException exception) when (exception.Code is Codes.FieldConflict or Codes.ManifestRefused or Codes.Quota or Codes.NamespaceTerminating)
        {
            // The server said no, so nothing came of the intent; what an earlier apply made is still there.
            if (existing is null)
            {
                ledger.Removed(ledger.Outstanding().Single(line => line.Kind == kind && line.Name == full));
            }
            else
            {
                ledger.Created(kind, full, new AppliedObject(existing, []).Uid, identity);
            }

            throw;
        }

        ledger.Created(kind, full, applied.Uid, identity);
        return applied;
    }

    /// <summary>What an apply would give; nothing is changed.</summary>
    public static async Task<AppliedObject> DryRunAsync(ClusterConnection cluster, JsonObject document, string runId, CancellationToken cancellationToken)
    {
        var resource = await ApiObjects.ResourceAsync(cluster, Text(document, "apiVersion"), Text(document, "kind"), cancellationToken);
        return await RequestAsync(cluster, resource, Labelled(document, runId), dryRun: true, cancellationToken);
    }

    /// <summary>How the ledger calls objects of a resource.</summary>
    public static string LedgerKind(ApiResource resource) => $"{resource.ApiVersion}/{resource.Kind}";

    /// <summary>apiVersion and kind of a ledger's line, when it has that form.</summary>
    public static (string ApiVersion, string Kind)? Parse(string ledgerKind) =>
        ledgerKind.LastIndexOf('/') is var slash and > 0 ? (ledgerKind[..slash], ledgerKind[(slash + 1)..]) : null;

    public static bool IsOurs(JsonObject existing, string runId) => existing["metadata"]?["labels"]?[RunLabels.Run]?.ToString() == runId;

    private static async Task<AppliedObject> RequestAsync(ClusterConnection cluster, ApiResource resource, JsonObject document, bool dryRun, CancellationToken cancellationToken)
    {
        var (@namespace, name, full) = Names(resource, document);
        var answer = await ApiObjects.ApplyAsync(cluster, resource, @namespace, name, document, dryRun, cancellationToken);
        return answer.Status switch
        {
            _ when answer.IsSuccess => new AppliedObject(answer.Object, answer.Warnings),
            HttpStatusCode.Conflict => throw new DiagnosticException(
                Codes.FieldConflict, full, $"Fields of the {resource.Kind} belong to another manager: {Causes(answer.Content)}",
                "Let that manager give them up, or take them out of the manifest; they are not taken by force."),
            HttpStatusCode.NotFound => throw new DiagnosticException(
                Codes.ManifestRefused, full, $"The cluster refuses the {resource.Kind}: {Causes(answer.Content)}", "Make the namespace first, or name one that is there."),
            _ => throw new DiagnosticException(
                Codes.ManifestRefused, full, $"The cluster refuses the {resource.Kind}: {Causes(answer.Content)}",
                $"Correct these fields; `kubectl explain {resource.Kind.ToLowerInvariant()}.spec` describes them."),
        };
    }

    private static JsonObject Labelled(JsonObject document, string runId)
    {
        var labelled = (JsonObject)document.DeepClone();
        var metadata = (JsonObject)labelled["metadata"]!;
        if (metadata["labels"] is not JsonObject labels)
        {
            metadata["labels"] = labels = [];
        }

        foreach (var (key, value) in RunLabels.For(runId))
        {
            labels[key] = value;
        }

        return labelled;
    }

    private static (string Namespace, string Name, string Full) Names(ApiResource resource, JsonObject document)
    {
        var name = document["metadata"]?["name"]?.ToString() ?? "";
        var @namespace = resource.Namespaced ? document["metadata"]?["namespace"]?.ToString() ?? "" : "";
        return (@namespace, name, @namespace.Length > 0 ? $"{@namespace}/{name}" : name);
    }

    private static string Text(JsonObject document, string name) => document[name]?.ToString() ?? "";

    private static string Causes(string content)
    {
        V1Status? status = ApiStatus.Parse(content);
        string[] causes = [.. status?.Details?.Causes?.Select(cause => $"{cause.Field}: {cause.Message}") ?? []];
        return causes.Length > 0 ? string.Join("; ", causes) : ApiStatus.Message(content);
    }
}
