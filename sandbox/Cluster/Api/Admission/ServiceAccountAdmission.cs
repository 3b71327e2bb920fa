using System.Text.Json.Nodes;
using TempoCos.Cluster.Access;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Api.Admission;

/// <summary>A new pod has a service account, which must be there, and has of it what it does not say itself.</summary>
public sealed class ServiceAccountAdmission(ObjectStore store)
{
    /// <summary>Where the account is mounted.</summary>
    public const string Path = "/var/run/secrets/kubernetes.io/serviceaccount";

    private const string Volume = "kube-api-access-";
    private const int ExpirationSeconds = 3607;

    // The account that every namespace has comes back when somebody has deleted it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <exception cref="ApiException">403: there is no such account.</exception>
    public void Admit(JsonObject pod)
    {
        var (ns, spec) = (pod.Text("metadata", "namespace")!, pod.Ensure("spec"));
        var name = spec.Text("serviceAccountName") is { Length: > 0 } given ? given : NamespaceContent.Account;
        spec["serviceAccountName"] = name;
        spec["serviceAccount"] = name;
        var account = Find(ns, name) ?? throw ApiException.Forbidden(BuiltInResources.Pods, GivenName(pod), $"error looking up service account {ns}/{name}: serviceaccount \"{name}\" not found");
        if ((spec.At("automountServiceAccountToken") ?? account.At("automountServiceAccountToken")) is not { } asked || asked.Flag())
        {
            MountToken(spec);
        }

        if (!spec.Objects("imagePullSecrets").Any() && account.Objects("imagePullSecrets").ToList() is { Count: > 0 } secrets)
        {
            spec["imagePullSecrets"] = secrets.Select(secret => (JsonNode)new JsonObject { ["name"] = secret.Text("name") }).ToJsonArray();
        }
    }

    /// <summary>Containers that mount something there already keep that.</summary>
    private static void MountToken(JsonObject spec)
    {
        var without = ((string[])["initContainers", "containers"]).SelectMany(list => spec.Objects(list))
            .Where(container => container.Objects("volumeMounts").All(mount => mount.Text("mountPath") != Path)).ToList();
        if (without.Count == 0)
        {
            return;
        }

        var name = spec.Objects("volumes").Select(volume => volume.Text("name") ?? "").FirstOrDefault(name => name.StartsWith(Volume, StringComparison.Ordinal));
        if (name is null)
        {
            name = Volume + RandomName.Suffix();
            Add(spec, "volumes", Token(name));
        }

        foreach (var container in without)
        {
            Add(container, "volumeMounts", new JsonObject { ["name"] = name, ["readOnly"] = true, ["mountPath"] = Path });
        }
    }

    private static void Add(JsonObject holder, string list, JsonObject item)
    {
        if (holder[list] is not JsonArray all)
        {
            holder[list] = all = [];
        }

        all.Add((JsonNode)item);
    }

    private static JsonObject Token(string name) => new()
    {
        ["name"] = name,
        ["projected"] = new JsonObject
        {
            ["sources"] = new JsonArray(
                new JsonObject { ["serviceAccountToken"] = new JsonObject { ["expirationSeconds"] = ExpirationSeconds, ["path"] = "token" } },
                new JsonObject
                {
                    ["configMap"] = new JsonObject
                    {
                        ["name"] = NamespaceContent.Authority,
                        ["items"] = new JsonArray(new JsonObject { ["key"] = NamespaceContent.AuthorityKey, ["path"] = NamespaceContent.AuthorityKey }),
                    },
                },
                new JsonObject
                {
                    ["downwardAPI"] = new JsonObject
                    {
                        ["items"] = new JsonArray(new JsonObject { ["path"] = "namespace", ["fieldRef"] = new JsonObject { ["apiVersion"] = "v1", ["fieldPath"] = "metadata.namespace" } }),
                    },
                }),
            ["defaultMode"] = 420,
        },
    };

    /// <summary>The name that the client gave: a generated one is not there yet where a real API server asks this.</summary>
    public static string GivenName(JsonObject pod) => (pod.Text("metadata", "generateName") is { Length: > 0 } prefix ? prefix : pod.Text("metadata", "name")) ?? "";

    private JsonObject? Find(string ns, string name)
    {
        var key = new ObjectKey(BuiltInResources.ServiceAccounts, ns, name);
        if (name == NamespaceContent.Account)
        {
            SpinWait.SpinUntil(() => store.Find(key) is not null, Patience);
        }

        return store.Find(key)?.ToObject();
    }
}
