using System.Text.Json.Nodes;

namespace TempoCos.TempoStackDeployer.Manifests;

/// <summary>An object of the manifest that is not the stack: a ConfigMap, a Secret, a ServiceAccount, …</summary>
/// <param name="ApiVersion">Such as v1 or rbac.authorization.k8s.io/v1.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">metadata.name.</param>
/// <param name="Namespace">The run's namespace.</param>
/// <param name="Document">What is applied.</param>
internal sealed record ManifestObject(string ApiVersion, string Kind, string Name, string Namespace, JsonObject Document);
