using System.Text;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Kubelet.Containers;
using TempoCos.Cluster.Kubelet.Loopback;
using TempoCos.Cluster.Kubelet.Names;
using TempoCos.Cluster.Kubelet.Processes;
using TempoCos.Cluster.Network;
using TempoCos.Cluster.Startup;

namespace TempoCos.Cluster.Kubelet.Volumes;

/// <summary>
/// Lays out a pod's volumes: files that the API has for each container, since each reads its own paths in them; empty directories for the
/// pod; claims' directories, which outlive it.
/// </summary>
public sealed class PodVolumes(
    ObjectStore store, DataDirectory data, ClaimDirectories claims, VolumeContent content, HostPath hosts, AccountDirectory account, AccountTokens tokens, ServiceAddresses services,
    PodResolver resolver, TimeProvider time)
{
    private const UnixFileMode Everybody = (UnixFileMode)0b111_111_111;
    private const UnixFileMode Readable = (UnixFileMode)0b111_101_101;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Lock removing = new();

    public string Root(string uid) => Path.Combine(data.Folder("pods"), uid);

    /// <summary>Whether all that the pod mounts is there.</summary>
    /// <exception cref="VolumeException">The first volume that cannot be set up.</exception>
    public void Check(JsonObject pod)
    {
        foreach (var volume in pod.Objects("spec", "volumes"))
        {
            if (VolumeContent.IsWritten(volume))
            {
                content.Files(pod, volume);
            }
            else
            {
                Find(pod, volume);
            }
        }

        account.IsWanted(pod);
    }

    /// <summary>Writes a container's volumes and says what it sees of them.</summary>
    /// <exception cref="ContainerException">One is not there.</exception>
    public ContainerView Mount(JsonObject pod, JsonObject container, IReadOnlyList<PortMapping> ports, bool ownRoot)
    {
        try
        {
            var mounts = container.Objects("volumeMounts").Select((mount, i) => (mount, i, volume: Volume(pod, mount))).ToList();
            var written = new MountMap([.. mounts.Select(one => MountOf(pod, container, one.mount, one.volume, one.i))], ownRoot);
            var view = new ContainerView(pod, container, ports, written, services) { AccountDirectory = AccountOf(pod, container, written), ResolverFile = resolver.Write(pod, Root(pod.Text("metadata", "uid")!)) };
            if (view.AccountDirectory is { } token && !ownRoot && written.All.All(mount => mount.Path != PrivateMounts.AccountPath))
            {
                view = view with { Mounts = new MountMap([.. written.All, new ContainerMount(PrivateMounts.AccountPath, token, true)], ownRoot) };
            }

            Write(view, fixedToo: true);
            return view;
        }
        catch (VolumeException problem)
        {
            throw new ContainerException("CreateContainerConfigError", problem.Message);
        }
    }

    /// <summary>Brings the files of a running container up to date, save those that it mounts by a subPath.</summary>
    public void Refresh(ContainerView view)
    {
        try
        {
            Write(view, fixedToo: false);
            if (view.AccountDirectory is { } token && view.Container.Objects("volumeMounts").All(mount => mount.Text("mountPath") != PrivateMounts.AccountPath))
            {
                account.Write(view.Pod, token);
            }
        }
        catch (VolumeException)
        {
            // What was deleted meanwhile stays as it was in pods that run.
        }
    }

    /// <summary>A kubeconfig with the account's token, beside its directory.</summary>
    public string WriteKubeconfig(JsonObject pod, string accountDirectory)
    {
        var file = Path.Combine(Root(pod.Text("metadata", "uid")!), "kubeconfig");
        account.WriteKubeconfig(accountDirectory, file);
        return file;
    }

    public void Remove(string uid)
    {
        tokens.Remove(uid);

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

    private static string? SubPath(JsonObject pod, JsonObject container, JsonObject mount) => mount.Text("subPath") is { Length: > 0 } path ? path
        : mount.Text("subPathExpr") is { Length: > 0 } expression ? ContainerEnvironment.Expand(expression, Variables(pod, container))
        : null;

    /// <summary>The variables that a path may be made of: plain ones and the pod's fields.</summary>
    private static Dictionary<string, string> Variables(JsonObject pod, JsonObject container) => container.Objects("env")
        .Select(variable => (Name: variable.Text("name") ?? "", Value: variable.Text("value") ?? (variable.Text("valueFrom", "fieldRef", "fieldPath") is { } field ? PodFields.Field(pod, field) : null)))
        .Where(variable => variable.Value is not null).DistinctBy(variable => variable.Name).ToDictionary(variable => variable.Name, variable => variable.Value!);

    private ContainerMount MountOf(JsonObject pod, JsonObject container, JsonObject mount, JsonObject volume, int place)
    {
        var subPath = SubPath(pod, container, mount);
        var directory = VolumeContent.IsWritten(volume)
            ? Path.Combine(Root(pod.Text("metadata", "uid")!), container.Text("name")!, subPath is null ? volume.Text("name")! : $"{volume.Text("name")}.subpath-{place}")
            : Find(pod, volume);
        if (subPath is not null)
        {
            directory = Path.Combine(directory, subPath);
            if (!VolumeContent.IsWritten(volume) && !Path.Exists(directory))
            {
                MakeOpen(directory);
            }
        }

        return new ContainerMount(mount.Text("mountPath")!.TrimEnd('/'), directory, mount.Flag("readOnly"));
    }

    /// <summary>The directory of a volume that is not written by the kubelet, made if it is the pod's own.</summary>
    private string Find(JsonObject pod, JsonObject volume)
    {
        var name = volume.Text("name")!;
        if (volume.Text("persistentVolumeClaim", "claimName") is { } claim)
        {
            var key = new ObjectKey(BuiltInResources.Claims, pod.Text("metadata", "namespace")!, claim);
            var found = store.Find(key) ?? throw new VolumeException(name, $"persistentvolumeclaim \"{claim}\" not found");
            var directory = claims.Of(found);
            MakeOpen(directory);
            return directory;
        }

        if (volume.At("hostPath") is not null)
        {
            return hosts.Check(volume);
        }

        var own = Path.Combine(Root(pod.Text("metadata", "uid")!), "volumes", name);
        MakeOpen(own);
        return own;
    }

    private string? AccountOf(JsonObject pod, JsonObject container, MountMap mounts)
    {
        if (mounts.All.FirstOrDefault(mount => mount.Path == PrivateMounts.AccountPath) is { } given)
        {
            return given.Directory;
        }

        if (!account.IsWanted(pod))
        {
            return null;
        }

        var directory = Path.Combine(Root(pod.Text("metadata", "uid")!), "account");
        account.Write(pod, directory);
        Open(directory, Readable);
        return directory;
    }

    private void Write(ContainerView view, bool fixedToo)
    {
        foreach (var (mount, place) in view.Container.Objects("volumeMounts").Select((mount, i) => (mount, i)))
        {
            var volume = Volume(view.Pod, mount);
            if (!VolumeContent.IsWritten(volume) || (SubPath(view.Pod, view.Container, mount) is not null && !fixedToo))
            {
                continue;
            }

            // A token, an authority and the name of a namespace are as they are.
            var isAccount = mount.Text("mountPath") == PrivateMounts.AccountPath;
            List<VolumeFile> files = [.. content.Files(view.Pod, volume).Select(file => isAccount ? file : Adapted(view, mount, file))];
            var directory = Path.Combine(
                Root(view.Pod.Text("metadata", "uid")!), view.Container.Text("name")!,
                SubPath(view.Pod, view.Container, mount) is null ? volume.Text("name")! : $"{volume.Text("name")}.subpath-{place}");
            AtomicDirectory.Write(directory, files, time);
            Open(directory, Readable);
        }
    }

    private static VolumeFile Adapted(ContainerView view, JsonObject mount, VolumeFile file)
    {
        try
        {
            var text = Strict.GetString(file.Content);
            var path = mount.Text("mountPath")!.TrimEnd('/');
            return view.File(mount.Text("subPath") == file.Path ? path : $"{path}/{file.Path}", text) is var adapted && adapted != text ? file with { Content = Encoding.UTF8.GetBytes(adapted) } : file;
        }
        catch (DecoderFallbackException)
        {
            // It is no text: nothing in it is a path or an address.
            return file;
        }
    }

    /// <summary>Containers of an engine come as users of their own. Nobody else on the machine gets past the data directory.</summary>
    private static void MakeOpen(string directory)
    {
        Directory.CreateDirectory(directory);
        Open(directory, Everybody);
    }

    private static void Open(string directory, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(directory, mode);
        }
    }
}
