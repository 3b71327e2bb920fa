using System.Text;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Access;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Kubelet.Containers;
using TempoCos.Cluster.Kubelet.Loopback;
using TempoCos.Cluster.Network;
using TempoCos.Cluster.Startup;

namespace TempoCos.Cluster.Kubelet.Volumes;

/// <summary>Lays out a pod's volumes: files of ConfigMaps and Secrets for each container, empty directories for the pod, claims' directories.</summary>
public sealed class PodVolumes(ObjectStore store, DataDirectory data, ClaimDirectories claims, ServiceAddresses services)
{
    private readonly Lock removing = new();

    public string Root(string uid) => Path.Combine(data.Folder("pods"), uid);

    public ContainerView Mount(JsonObject pod, JsonObject container, IReadOnlyList<PortMapping> ports)
    {
        var root = Root(pod.Text("metadata", "uid")!);
        var mounts = container.Objects("volumeMounts").Select(mount => (mount, directory: DirectoryOf(pod, container, mount, root))).ToList();
        var view = new ContainerView(pod, container, ports, new MountMap([.. mounts.Select(one => KeyValuePair.Create(one.mount.Text("mountPath")!.TrimEnd('/'), one.directory))]), services);
        foreach (var (mount, directory) in mounts)
        {
            Directory.CreateDirectory(directory);
            var volume = Volume(pod, mount);
            foreach (var (name, content) in Files(pod, volume))
            {
                PrivateFile.Write(Path.Combine(directory, name), view.File($"{mount.Text("mountPath")}/{name}", content));
            }
        }

        return view;
    }

    public void Remove(string uid)
    {
        // A pod's deletion and the end of its processes may both come here, at the same time.
        lock (removing)
        {
            if (Directory.Exists(Root(uid)))
            {
                Directory.Delete(Root(uid), recursive: true);
            }
        }
    }

    private static JsonObject Volume(JsonObject pod, JsonObject mount) =>
        pod.Objects("spec", "volumes").FirstOrDefault(volume => volume.Text("name") == mount.Text("name"))
        ?? throw new ContainerException("CreateContainerConfigError", $"volume \"{mount.Text("name")}\" is not declared by the pod");

    private string DirectoryOf(JsonObject pod, JsonObject container, JsonObject mount, string root)
    {
        var volume = Volume(pod, mount);
        var name = volume.Text("name")!;
        if (volume.Text("persistentVolumeClaim", "claimName") is { } claim)
        {
            var key = new ObjectKey(BuiltInResources.Claims, pod.Text("metadata", "namespace")!, claim);
            return store.Find(key) is { Deleting: false } found
                ? claims.Of(found)
                : throw new ContainerException("ContainerCreating", $"persistentvolumeclaim \"{claim}\" not found");
        }

        return volume.At("configMap") is null && volume.At("secret") is null
            ? Path.Combine(root, "volumes", name)
            : Path.Combine(root, container.Text("name")!, name);
    }

    private IEnumerable<KeyValuePair<string, string>> Files(JsonObject pod, JsonObject volume)
    {
        var ns = pod.Text("metadata", "namespace")!;
        if (volume.Text("configMap", "name") is { } map)
        {
            var found = store.Find(new ObjectKey(BuiltInResources.ConfigMaps, ns, map))?.ToObject();
            return found is null && !volume.Flag("configMap", "optional")
                ? throw new ContainerException("ContainerCreating", $"configmap \"{map}\" not found")
                : Chosen(found.TextMap("data"), volume.At("configMap"));
        }

        if (volume.Text("secret", "secretName") is { } secret)
        {
            var found = store.Find(new ObjectKey(BuiltInResources.Secrets, ns, secret))?.ToObject();
            return found is null && !volume.Flag("secret", "optional")
                ? throw new ContainerException("ContainerCreating", $"secret \"{secret}\" not found")
                : Chosen(found.TextMap("data").ToDictionary(entry => entry.Key, entry => Encoding.UTF8.GetString(Convert.FromBase64String(entry.Value))), volume.At("secret"));
        }

        return [];
    }

    private static IEnumerable<KeyValuePair<string, string>> Chosen(IReadOnlyDictionary<string, string> all, JsonNode? source) =>
        source.At("items") is null
            ? all
            : source.Objects("items").Where(item => all.ContainsKey(item.Text("key") ?? "")).Select(item => KeyValuePair.Create(item.Text("path")!, all[item.Text("key")!]));
}
