using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Operator.Configuration;
using TempoCos.Cluster.Operator.Storage;
using static TempoCos.Cluster.Operator.Manifests.Content;

namespace TempoCos.Cluster.Operator.Manifests;

/// <summary>Pieces that the pods of all components are made of.</summary>
public static class PodParts
{
    private const string TokenVolume = "bound-sa-token";
    private const string TokenDirectory = "/var/run/secrets/storage/serviceaccount";

    public static JsonObject ContainerSecurity() => Map(
        ("allowPrivilegeEscalation", false),
        ("capabilities", Map(("drop", List("ALL")))),
        ("readOnlyRootFilesystem", true));

    /// <summary>Pods of the same component rather on different nodes and in different zones.</summary>
    public static JsonObject Affinity(JsonObject labels) => Map(("podAntiAffinity", Map(("preferredDuringSchedulingIgnoredDuringExecution", List(
        Apart(labels, 100, "kubernetes.io/hostname"), Apart(labels, 75, "failure-domain.beta.kubernetes.io/zone"))))));

    public static JsonObject Readiness(bool encrypted) => Map(
        ("httpGet", Map(
            ("scheme", encrypted ? "HTTPS" : "HTTP"),
            ("path", "/ready"),
            ("port", encrypted ? (JsonNode)StackPorts.InternalServer : StackPorts.Http.Name))),
        ("initialDelaySeconds", 15),
        ("timeoutSeconds", 1));

    public static JsonObject Probe(string path, JsonNode port, bool encrypted, int timeout, int period, int failures) => Map(
        ("httpGet", Map(("scheme", encrypted ? "HTTPS" : "HTTP"), ("path", path), ("port", port))),
        ("timeoutSeconds", timeout),
        ("periodSeconds", period),
        ("failureThreshold", failures));

    public static JsonObject MapVolume(string name, string map, params ReadOnlySpan<string> keys) =>
        Map(("name", name), ("configMap", Map(("name", map), ("items", Items(keys)))));

    public static JsonObject SecretVolume(string name, string secret, params ReadOnlySpan<string> keys) =>
        Map(("name", name), ("secret", Map(("secretName", secret), ("items", Items(keys)))));

    public static JsonObject EmptyVolume(string name) => Map(("name", name), ("emptyDir", new JsonObject()));

    public static JsonObject Mount(string volume, string path, bool readOnly = true) =>
        Map(("name", volume), ("mountPath", path), ("readOnly", readOnly ? true : null));

    public static JsonObject Variable(string name, string value) => Map(("name", name), ("value", value));

    public static JsonObject FromSecret(string name, string secret, string key) =>
        Map(("name", name), ("valueFrom", Map(("secretKeyRef", Map(("name", secret), ("key", key))))));

    public static JsonObject FromField(string name, string path) =>
        Map(("name", name), ("valueFrom", Map(("fieldRef", Map(("apiVersion", "v1"), ("fieldPath", path))))));

    /// <summary>A StatefulSet's claim for the only volume that its pods keep.</summary>
    public static JsonArray Claims(string volume, JsonNode? size, JsonNode? storageClass) => List(Map(
        ("metadata", Map(("name", volume))),
        ("spec", Map(
            ("accessModes", List("ReadWriteOnce")),
            ("resources", Map(("requests", Map(("storage", size))))),
            ("storageClassName", storageClass),
            ("volumeMode", "Filesystem")))));

    public static JsonObject? Find(JsonObject podSpec, string container) => podSpec.Objects("containers").FirstOrDefault(one => one.Text("name") == container);

    /// <summary>Mounts a volume into containers, and adds it to the pod unless another of its name is there.</summary>
    public static void Attach(JsonObject podSpec, JsonObject volume, string path, bool readOnly, params ReadOnlySpan<string> containers)
    {
        var name = volume.Text("name")!;
        if (podSpec.Objects("volumes").All(there => there.Text("name") != name))
        {
            Append(podSpec, "volumes", volume);
        }

        foreach (var container in containers)
        {
            if (Find(podSpec, container) is { } found)
            {
                Append(found, "volumeMounts", Mount(name, path, readOnly));
            }
        }
    }

    /// <summary>The CA and the component's own certificate, for calls between components.</summary>
    public static void Certificates(JsonObject podSpec, string component, string instance, params ReadOnlySpan<string> containers)
    {
        var (bundle, own) = (Naming.CaBundle(instance), Naming.Certificate(component, instance));
        Attach(podSpec, MapVolume(bundle, bundle), TlsPaths.InternalCaDirectory, readOnly: false, containers);
        Attach(podSpec, SecretVolume(own, own), TlsPaths.InternalDirectory, readOnly: false, containers);
    }

    /// <summary>The CA's ConfigMap and the certificate's Secret that a <c>tls</c> of the user names.</summary>
    public static void UserCertificates(JsonObject podSpec, string container, JsonNode? tls, string caDirectory, string directory)
    {
        if (tls.Text("caName") is { Length: > 0 } ca)
        {
            Attach(podSpec, MapVolume(Naming.Dns(ca), ca), caDirectory, readOnly: true, container);
        }

        if (tls.Text("certName") is { Length: > 0 } certificate)
        {
            Attach(podSpec, SecretVolume(Naming.Dns(certificate), certificate), directory, readOnly: true, container);
        }
    }

    /// <summary>What a container needs to reach the object store: the credentials, and the CA where one is named.</summary>
    public static void Storage(JsonObject podSpec, string container, StorageParameters storage, JsonNode? tls)
    {
        var tempo = Find(podSpec, container)!;
        switch (storage.Type)
        {
            case "azure":
                Append(tempo, "env", FromSecret("AZURE_ACCOUNT_NAME", storage.SecretName, "account_name"));
                Append(tempo, "args", "--storage.trace.azure.storage_account_name=$(AZURE_ACCOUNT_NAME)");
                if (!storage.IsToken)
                {
                    Append(tempo, "env", FromSecret("AZURE_ACCOUNT_KEY", storage.SecretName, "account_key"));
                    Append(tempo, "args", "--storage.trace.azure.storage_account_key=$(AZURE_ACCOUNT_KEY)");
                    break;
                }

                Append(tempo, "env", FromSecret("AZURE_CLIENT_ID", storage.SecretName, "client_id"), FromSecret("AZURE_TENANT_ID", storage.SecretName, "tenant_id"),
                    Variable("AZURE_FEDERATED_TOKEN_FILE", $"{TokenDirectory}/token"));
                Token(podSpec, container, storage.Audience);
                break;
            case "gcs":
                Append(tempo, "env", Variable("GOOGLE_APPLICATION_CREDENTIALS", "/etc/storage/secrets/key.json"));
                Attach(podSpec, SecretVolume("storage-gcs-key", storage.SecretName), "/etc/storage/secrets/", readOnly: true, container);
                if (storage.IsToken)
                {
                    Token(podSpec, container, storage.Audience);
                }

                break;
            case "s3" when storage.IsStatic:
                Append(tempo, "env", FromSecret("S3_SECRET_KEY", storage.SecretName, "access_key_secret"), FromSecret("S3_ACCESS_KEY", storage.SecretName, "access_key_id"));
                Append(tempo, "args", "--storage.trace.s3.secret_key=$(S3_SECRET_KEY)", "--storage.trace.s3.access_key=$(S3_ACCESS_KEY)");
                if (tls.Flag("enabled"))
                {
                    UserCertificates(podSpec, container, tls, TlsPaths.StorageCaDirectory, TlsPaths.StorageDirectory);
                }

                break;
            default:
                break;
        }
    }

    private static void Token(JsonObject podSpec, string container, string audience) => Attach(podSpec, Map(
        ("name", TokenVolume),
        ("projected", Map(("sources", List(Map(("serviceAccountToken", Map(("audience", audience), ("expirationSeconds", 3600), ("path", "token"))))))))),
        TokenDirectory, readOnly: false, container);

    private static JsonObject Apart(JsonObject labels, int weight, string topology) => Map(
        ("weight", weight),
        ("podAffinityTerm", Map(("labelSelector", Map(("matchLabels", labels.DeepClone()))), ("topologyKey", topology))));

    private static JsonArray? Items(ReadOnlySpan<string> keys)
    {
        if (keys.IsEmpty)
        {
            return null;
        }

        var items = new JsonArray();
        foreach (var key in keys)
        {
            items.Add((JsonNode)Map(("key", key), ("path", key)));
        }

        return items;
    }
}
