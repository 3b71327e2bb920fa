using System.Text.Json.Nodes;
using TempoCos.Cluster.Operator.Gateway;
using TempoCos.Cluster.Operator.Storage;

namespace TempoCos.Cluster.Operator.Manifests;

/// <summary>All that a stack's manifests are made from.</summary>
/// <param name="Stack">The TempoStack.</param>
/// <param name="Storage">Its store.</param>
/// <param name="Gates">What the operator has switched on.</param>
/// <param name="ConfigurationHash">SHA-256 of tempo.yaml: pods start anew when it changes.</param>
/// <param name="CertificateHashes">Annotations with the hashes of the certificates that the operator issued.</param>
/// <param name="Tenants">What the gateway has to know of the tenants beyond the TempoStack.</param>
public sealed record StackContext(
    TempoStackView Stack, StorageParameters Storage, FeatureGates Gates, string ConfigurationHash, JsonObject CertificateHashes, IReadOnlyList<GatewayTenant> Tenants)
{
    public InstanceLabels Labels { get; } = new("tempo", Stack.Name);

    public JsonObject Annotations()
    {
        var annotations = (JsonObject)CertificateHashes.DeepClone();
        annotations["tempo.grafana.com/config.hash"] = ConfigurationHash;
        return annotations;
    }
}
