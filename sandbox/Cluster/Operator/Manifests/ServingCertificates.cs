using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Resources;
using static TempoCos.Cluster.Operator.Manifests.Content;

namespace TempoCos.Cluster.Operator.Manifests;

/// <summary>How OpenShift is asked for a Service's certificate, and for the CA that signs it.</summary>
public static class ServingCertificates
{
    /// <summary>Annotation of a Service that names the Secret for its certificate.</summary>
    public const string OfService = "service.beta.openshift.io/serving-cert-secret-name";

    /// <summary>Annotation of a ConfigMap that is to have the CA.</summary>
    public const string OfConfigMap = "service.beta.openshift.io/inject-cabundle";

    /// <summary>A ConfigMap that OpenShift fills with the CA.</summary>
    public static (string Resource, JsonObject Content) Bundle(string name, JsonObject labels) => (BuiltInResources.ConfigMaps, Map(("metadata", Map(
        ("name", name), ("labels", labels), ("annotations", Map((OfConfigMap, "true")))))));
}
