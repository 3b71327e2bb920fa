using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Clusters;

namespace TempoCos.TempoStackDeployer.Manifests;

/// <summary>Reads the YAML of a TempoStack or TempoMonolithic and of what is to be there before it, completes it by options and settings, and says what is wrong with it.</summary>
internal static partial class ManifestReader
{
    public const string Annotation = "kubectl.kubernetes.io/last-applied-configuration";

    private static readonly string[] ServerFields = ["creationTimestamp", "generation", "managedFields", "resourceVersion", "selfLink", "uid"];

    public static StackManifest Read(DeployRequest request)
    {
        var documents = ManifestText.Read(request.Manifest);
        var stack = OnlyStack(documents);
        if (stack.Content["metadata"] is not JsonObject metadata || metadata["name"] is null)
        {
            throw new DiagnosticException(
                Codes.ManifestName, "metadata.name", $"The manifest does not name its {stack.Kind} ({stack.Origin})", "Add metadata.name, for example `name: simplest`.");
        }

        var name = metadata["name"]!.ToString();
        if (!NamePattern().IsMatch(name))
        {
            throw new DiagnosticException(
                Codes.ManifestName, name, "metadata.name is not a name that Kubernetes takes for the objects made from it",
                "Use 1 to 32 characters of a-z, 0-9 and '-', beginning and ending with a letter or digit.");
        }

        var @namespace = Namespace(metadata, request);
        var others = new ManifestObjects(@namespace, request.RunId);
        var manifest = new StackManifest(stack.Kind, name, @namespace, stack.Content, others.Taken);
        var extra = OptionedManifest.Apply(manifest, request.Options);
        foreach (var set in request.Set)
        {
            SetExpression.Parse(set).ApplyTo(stack.Content);
        }

        CheckStorage(manifest, request.SecretName);
        foreach (var document in documents.Where(document => document != stack))
        {
            others.Add(document, manifest.StorageSecretName!);
        }

        if (extra is not null)
        {
            others.Add(new ManifestDocument(extra, new ManifestOrigin("--store-ca", 1, 1)), manifest.StorageSecretName!);
        }

        OperatorRules.Check(manifest);
        Prepare(stack.Content, @namespace, request.RunId);
        return manifest;
    }

    /// <summary>Labels for the run, and out with what only the server writes, so that the output of `kubectl get -o yaml` may be given.</summary>
    internal static void Prepare(JsonObject document, string @namespace, string runId)
    {
        document.Remove("status");
        var metadata = document["metadata"]!.AsObject();
        foreach (var field in ServerFields)
        {
            metadata.Remove(field);
        }

        // It is a copy of the object with all its values, whatever they are.
        (metadata["annotations"] as JsonObject)?.Remove(Annotation);
        metadata["namespace"] = @namespace;
        if (metadata["labels"] is not JsonObject labels)
        {
            metadata["labels"] = labels = [];
        }

        foreach (var (key, value) in RunLabels.For(runId))
        {
            labels[key] = value;
        }
    }

    private static ManifestDocument OnlyStack(IReadOnlyList<ManifestDocument> documents)
    {
        var stacks = documents.Where(document => StackKind.IsOne(document.Kind)).ToList();
        if (stacks is not [var only])
        {
            throw NotATempoStack(stacks.Count > 1
                ? string.Join(", ", stacks.Select(stack => $"{stack.Kind} {stack.Content["metadata"]?["name"]} ({stack.Origin})"))
                : documents.Count == 0 ? "an empty document" : string.Join(", ", documents.Select(document => document.Kind.Length > 0 ? document.Kind : "no kind")));
        }

        return only.ApiVersion == $"{TempoStack.Group}/{TempoStack.Version}"
            ? only
            : throw NotATempoStack($"{only.Kind} of {(only.ApiVersion.Length > 0 ? only.ApiVersion : "no apiVersion")}");
    }

    private static string Namespace(JsonObject metadata, DeployRequest request)
    {
        var written = metadata["namespace"]?.ToString() ?? "";
        if (written.Length > 0 && request.Namespace.Length > 0 && written != request.Namespace)
        {
            throw new DiagnosticException(
                Codes.ManifestNamespace, written, $"metadata.namespace is not the run's namespace {request.Namespace}, where the storage Secret is",
                $"Remove metadata.namespace from the manifest, or run in it: --namespace {written}.");
        }

        return request.Namespace.Length > 0 ? request.Namespace : written.Length > 0 ? written : $"tempocos-{request.RunId}";
    }

    private static void CheckStorage(StackManifest manifest, string expected)
    {
        string[] type = manifest.IsMonolithic ? ["spec", "storage", "traces", "backend"] : ["spec", "storage", "secret", "type"];
        var field = manifest.IsMonolithic ? "spec.storage.traces.s3.secret" : "spec.storage.secret.name";
        if (manifest.StorageSecretName is not { Length: > 0 } named)
        {
            throw new DiagnosticException(
                Codes.ManifestStorage, "(none)", $"The manifest names no storage Secret in {field}", $"Set {field} to the name that the run's Secret is to have, for example ibm-cos-secret.");
        }

        if (expected.Length > 0 && named != expected)
        {
            throw new DiagnosticException(Codes.ManifestStorage, named, $"{field} is not the storage Secret {expected}", $"Set {field} to {expected}.");
        }

        if (manifest.Text(type) != "s3")
        {
            throw new DiagnosticException(
                Codes.ManifestStorage, manifest.Text(type) ?? "(none)", $"{string.Join('.', type)} must be s3: the bucket is spoken to by the S3 protocol", $"Set {string.Join('.', type)} to s3.");
        }
    }

    private static DiagnosticException NotATempoStack(string found) => new(
        Codes.NotATempoStack, found, $"The manifest has not exactly one TempoStack or TempoMonolithic of {TempoStack.Group}/{TempoStack.Version}",
        $"Give one document with `apiVersion: {TempoStack.Group}/{TempoStack.Version}` and `kind: TempoStack` or `kind: TempoMonolithic`.");

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}
