using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Clusters;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace TempoCos.TempoStackDeployer.Manifests;

/// <summary>Reads the YAML of a TempoStack and says what is wrong with it.</summary>
internal static partial class ManifestReader
{
    private const string DefaultSecret = "ibm-cos-secret";
    private const string Kind = "TempoStack";

    private static readonly string[] ServerFields = ["creationTimestamp", "generation", "managedFields", "resourceVersion", "selfLink", "uid"];

    public static StackManifest Read(DeployRequest request)
    {
        var document = Document(request.Manifest);
        CheckKind(document);
        if (document["metadata"] is not JsonObject metadata || metadata["name"] is null)
        {
            throw new DiagnosticException(Codes.ManifestName, "metadata.name", "The manifest does not name its TempoStack", "Add metadata.name, for example `name: simplest`.");
        }

        var name = metadata["name"]!.ToString();
        if (!NamePattern().IsMatch(name))
        {
            throw new DiagnosticException(
                Codes.ManifestName, name, "metadata.name is not a name that Kubernetes takes for the objects made from it",
                "Use 1 to 32 characters of a-z, 0-9 and '-', beginning and ending with a letter or digit.");
        }

        var manifest = new StackManifest(StackKind.TempoStack, name, Namespace(metadata, request), document);
        CheckStorage(manifest, request.SecretName is { Length: > 0 } asked ? asked : DefaultSecret);
        Prepare(document, metadata, manifest.Namespace, request.RunId);
        return manifest;
    }

    private static JsonObject Document(string yaml)
    {
        JsonNode?[] documents;
        var parser = new Parser(new StringReader(yaml));
        try
        {
            var stream = new YamlStream();
            stream.Load(parser);
            documents = [.. stream.Documents.Select(document => YamlJson.Convert(document.RootNode)).Where(node => node is not null)];
        }
        catch (YamlException exception)
        {
            throw InvalidYaml(exception.End, exception);
        }
        catch (InvalidOperationException exception)
        {
            // The parser's way of meeting the end of the text in the middle of something.
            throw InvalidYaml(parser.Current?.End ?? Mark.Empty, exception);
        }

        return documents switch
        {
            [JsonObject only] => only,
            [] => throw NotATempoStack("an empty document"),
            [_] => throw NotATempoStack("a document that is not a mapping"),
            _ => throw NotATempoStack(
                $"{documents.Length} documents ({string.Join(", ", documents.Select(document => (document as JsonObject)?["kind"]?.ToString() ?? "no kind"))})"),
        };
    }

    private static void CheckKind(JsonObject document)
    {
        var kind = document["kind"]?.ToString() ?? "no kind";
        if (kind != Kind)
        {
            throw NotATempoStack(kind);
        }

        var apiVersion = document["apiVersion"]?.ToString() ?? "no apiVersion";
        if (apiVersion != $"{TempoStack.Group}/{TempoStack.Version}")
        {
            throw NotATempoStack($"{kind} of {apiVersion}");
        }
    }

    private static string Namespace(JsonObject metadata, DeployRequest request)
    {
        var written = metadata["namespace"]?.ToString() ?? "";
        if (written.Length > 0 && request.Namespace.Length > 0 && written != request.Namespace)
        {
            throw new DiagnosticException(
                Codes.ManifestNamespace, written, $"metadata.namespace is not the run's namespace {request.Namespace}, where the storage Secret is",
                $"Remove metadata.namespace from the manifest, or run in the namespace {written}.");
        }

        return request.Namespace.Length > 0 ? request.Namespace : written.Length > 0 ? written : $"tempocos-{request.RunId}";
    }

    private static void CheckStorage(StackManifest manifest, string expected)
    {
        var secret = manifest.Text("spec", "storage", "secret", "name");
        if (secret != expected)
        {
            throw new DiagnosticException(
                Codes.ManifestStorage, secret ?? "(none)", $"spec.storage.secret.name is not the run's storage Secret {expected}",
                $"Set spec.storage.secret.name to {expected}, or give the run the manifest's name by its secret name.");
        }

        var type = manifest.Text("spec", "storage", "secret", "type");
        if (type != "s3")
        {
            throw new DiagnosticException(
                Codes.ManifestStorage, type ?? "(none)", "spec.storage.secret.type must be s3: the bucket is spoken to by the S3 protocol", "Set spec.storage.secret.type to s3.");
        }
    }

    /// <summary>Labels for the run, and out with what only the server writes, so that the output of `kubectl get -o yaml` may be given.</summary>
    private static void Prepare(JsonObject document, JsonObject metadata, string @namespace, string runId)
    {
        document.Remove("status");
        foreach (var field in ServerFields)
        {
            metadata.Remove(field);
        }

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

    private static DiagnosticException InvalidYaml(Mark where, Exception exception) => new(
        Codes.InvalidYaml, $"line {where.Line}, column {where.Column}",
        exception is YamlException ? $"The manifest is not valid YAML: {(exception.InnerException ?? exception).Message.TrimEnd('.')}" : "The manifest is not valid YAML: something is not closed",
        "Correct it there or just before; two-space indentation, no tabs.", exception);

    private static DiagnosticException NotATempoStack(string found) => new(
        Codes.NotATempoStack, found, $"The manifest is not one TempoStack of {TempoStack.Group}/{TempoStack.Version}",
        $"Give exactly one document with `apiVersion: {TempoStack.Group}/{TempoStack.Version}` and `kind: {Kind}`.");

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}
