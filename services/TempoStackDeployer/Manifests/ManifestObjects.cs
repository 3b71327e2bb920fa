using TempoCos.Contracts;

namespace TempoCos.TempoStackDeployer.Manifests;

/// <summary>Takes the objects beside the stack, as far as a run can make and remove them.</summary>
internal sealed class ManifestObjects(string @namespace, string runId)
{
    private readonly List<ManifestObject> _taken = [];

    public IReadOnlyList<ManifestObject> Taken => _taken;

    /// <summary>Takes one, or says why the run cannot.</summary>
    public void Add(ManifestDocument document, string storageSecret)
    {
        var (kind, name) = (document.Kind, document.Content["metadata"]?["name"]?.ToString() ?? "");
        var full = $"{(kind.Length > 0 ? kind : "(no kind)")} {(name.Length > 0 ? name : "(no name)")}";
        if (kind == "Kustomization")
        {
            throw new DiagnosticException(Codes.ManifestFiles, $"{document.Origin}", "A Kustomization is built by kubectl, not applied", "Build it first: kubectl kustomize DIR | tempocos run --manifest -");
        }

        if (kind.Length == 0 || document.ApiVersion.Length == 0 || name.Length == 0)
        {
            throw Refused(full, $"An object of the manifest has no apiVersion, kind or metadata.name ({document.Origin})", "Add what is missing; a name that the server makes up (generateName) could not be found again.");
        }

        if (kind == "Namespace" && name == @namespace)
        {
            // The run makes its namespace itself, or finds it there.
            return;
        }

        if (kind == "Namespace")
        {
            throw Refused(full, $"A run makes only its own namespace, {@namespace} ({document.Origin})", $"Take the Namespace out, or run in it: --namespace {name}.");
        }

        if (document.Content["metadata"]?["namespace"]?.ToString() is { Length: > 0 } other && other != @namespace)
        {
            throw new DiagnosticException(
                Codes.ManifestNamespace, other, $"metadata.namespace of {full} is not the run's namespace {@namespace} ({document.Origin})", $"Remove it from the manifest, or run in it: --namespace {other}.");
        }

        if (kind == "Secret" && name == storageSecret)
        {
            throw Refused(full, $"The run makes the storage Secret itself ({document.Origin})", "Take it out of the manifest.");
        }

        if (_taken.Any(there => there.Kind == kind && there.Name == name && there.ApiVersion == document.ApiVersion))
        {
            throw Refused(full, $"The object stands in the manifest twice ({document.Origin})", "Take one of them out.");
        }

        ManifestReader.Prepare(document.Content, @namespace, runId);
        _taken.Add(new ManifestObject(document.ApiVersion, kind, name, @namespace, document.Content));
    }

    private static DiagnosticException Refused(string value, string reason, string fix) => new(Codes.ObjectRefused, value, reason, fix);
}
