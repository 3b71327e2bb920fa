using System.Text;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Kubelet.Volumes;

/// <summary>The files of volumes that come from the API: configMap, secret, downwardAPI, projected.</summary>
public sealed class VolumeContent(ObjectStore store, AccountTokens tokens)
{
    private const UnixFileMode DefaultMode = (UnixFileMode)0b110_100_100;

    /// <summary>Whether the volume's files are written by the kubelet.</summary>
    public static bool IsWritten(JsonObject volume) =>
        volume.At("configMap") is not null || volume.At("secret") is not null || volume.At("downwardAPI") is not null || volume.At("projected") is not null;

    /// <summary>Whether the volume shows the object.</summary>
    public static bool Shows(JsonObject volume, ObjectKey key) =>
        Sources(volume).Any(source => key.Resource switch
        {
            BuiltInResources.ConfigMaps => source.Text("configMap", "name") == key.Name,
            BuiltInResources.Secrets => (source.Text("secret", "secretName") ?? source.Text("secret", "name")) == key.Name,
            _ => false,
        });

    /// <exception cref="VolumeException">Something that it shows is not there.</exception>
    public IReadOnlyList<VolumeFile> Files(JsonObject pod, JsonObject volume)
    {
        var name = volume.Text("name")!;
        var mode = Mode(volume.At("configMap", "defaultMode") ?? volume.At("secret", "defaultMode") ?? volume.At("downwardAPI", "defaultMode") ?? volume.At("projected", "defaultMode"), DefaultMode);
        return [.. Sources(volume).SelectMany(source => Of(pod, name, source, mode)).GroupBy(file => file.Path).Select(same => same.Last())];
    }

    private static IEnumerable<JsonNode?> Sources(JsonObject volume) =>
        volume.At("projected") is { } projected ? projected.Objects("sources") : [volume];

    private IEnumerable<VolumeFile> Of(JsonObject pod, string volume, JsonNode? source, UnixFileMode mode)
    {
        var ns = pod.Text("metadata", "namespace")!;
        if (source.At("configMap") is { } map)
        {
            return Chosen(volume, Find(BuiltInResources.ConfigMaps, "configmap", ns, map.Text("name"), map, volume), map, "config", mode);
        }

        if (source.At("secret") is { } secret)
        {
            return Chosen(volume, Find(BuiltInResources.Secrets, "secret", ns, secret.Text("secretName") ?? secret.Text("name"), secret, volume), secret, "secret", mode);
        }

        if (source.At("downwardAPI") is { } fields)
        {
            return fields.Objects("items").Select(item => new VolumeFile(
                item.Text("path")!,
                Encoding.UTF8.GetBytes((item.At("resourceFieldRef") is { } resource ? PodFields.Resource(pod, null, resource) : PodFields.Field(pod, item.Text("fieldRef", "fieldPath") ?? "")) ?? ""),
                Mode(item.At("mode"), mode)));
        }

        return source.At("serviceAccountToken") is { } token
            ? [new VolumeFile(token.Text("path") ?? "token", Encoding.UTF8.GetBytes(tokens.Of(pod, volume, token.Number("expirationSeconds"), token.Text("audience"))), mode)]
            : [];
    }

    private Dictionary<string, byte[]>? Find(string resource, string kind, string ns, string? name, JsonNode reference, string volume)
    {
        if (store.Find(new ObjectKey(resource, ns, name ?? ""))?.ToObject() is not { } found)
        {
            return reference.Flag("optional") ? null : throw new VolumeException(volume, $"{kind} \"{name}\" not found");
        }

        var isSecret = resource == BuiltInResources.Secrets;
        return found.TextMap("data").Select(entry => (entry.Key, Value: isSecret ? Convert.FromBase64String(entry.Value) : Encoding.UTF8.GetBytes(entry.Value)))
            .Concat(found.TextMap("binaryData").Select(entry => (entry.Key, Value: Convert.FromBase64String(entry.Value))))
            .ToDictionary(entry => entry.Key, entry => entry.Value);
    }

    private static IEnumerable<VolumeFile> Chosen(string volume, Dictionary<string, byte[]>? all, JsonNode source, string kind, UnixFileMode mode)
    {
        if (all is null)
        {
            yield break;
        }

        if (source.At("items") is null)
        {
            foreach (var (key, content) in all)
            {
                yield return new VolumeFile(key, content, mode);
            }

            yield break;
        }

        foreach (var item in source.Objects("items"))
        {
            if (all.TryGetValue(item.Text("key") ?? "", out var content))
            {
                yield return new VolumeFile(item.Text("path")!, content, Mode(item.At("mode"), mode));
            }
            else if (!source.Flag("optional"))
            {
                throw new VolumeException(volume, $"references non-existent {kind} key: {item.Text("key")}");
            }
        }
    }

    private static UnixFileMode Mode(JsonNode? given, UnixFileMode otherwise) => given.Number() is { } mode ? (UnixFileMode)(mode & 0b111_111_111) : otherwise;
}
