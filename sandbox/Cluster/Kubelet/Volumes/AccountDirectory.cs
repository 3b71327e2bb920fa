using System.Text;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Access;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Kubelet.Volumes;

/// <summary>What a pod mounts of its service account that an older version admitted, without a volume for it: token, ca.crt and namespace.</summary>
public sealed class AccountDirectory(ObjectStore store, AccountTokens tokens, ServerCertificate certificate, ApiAddress api, TimeProvider time)
{
    private const string Volume = "kube-api-access";
    private const UnixFileMode Mode = (UnixFileMode)0b110_100_100;

    /// <summary>Whether the pod, or else its account, wants it mounted.</summary>
    /// <exception cref="VolumeException">There is no such account.</exception>
    public bool IsWanted(JsonObject pod)
    {
        var account = Account(pod);
        var found = store.Find(new ObjectKey(BuiltInResources.ServiceAccounts, pod.Text("metadata", "namespace")!, account))?.ToObject();
        if ((pod.At("spec", "automountServiceAccountToken") ?? found.At("automountServiceAccountToken")) is { } mount && !mount.Flag())
        {
            return false;
        }

        return found is not null ? true : throw new VolumeException(Volume, $"failed to fetch token: serviceaccounts \"{account}\" not found");
    }

    public void Write(JsonObject pod, string directory) => AtomicDirectory.Write(directory,
    [
        new VolumeFile("token", Encoding.UTF8.GetBytes(tokens.Of(pod, Volume, null)), Mode),
        new VolumeFile("ca.crt", Encoding.UTF8.GetBytes(certificate.AuthorityPem + "\n"), Mode),
        new VolumeFile("namespace", Encoding.UTF8.GetBytes(pod.Text("metadata", "namespace")!), Mode),
    ], time);

    /// <summary>The same as a kubeconfig, for programs that cannot be shown the directory where they look for it.</summary>
    public void WriteKubeconfig(string directory, string file)
    {
        if (api.Value is { } server)
        {
            Kubeconfig.Write(file, server, certificate.AuthorityPem, File.ReadAllText(Path.Combine(directory, "token")));
        }
    }

    private static string Account(JsonObject pod) => pod.Text("spec", "serviceAccountName") is { Length: > 0 } name ? name : "default";
}
