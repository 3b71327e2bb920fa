using System.Security.Cryptography;

namespace TempoCos.Cluster.Access;

/// <summary>The bearer token of the cluster's administrator, kept over restarts.</summary>
public sealed class ClusterToken
{
    private ClusterToken(string value) => Value = value;

    public string Value { get; }

    public static ClusterToken LoadOrCreate(string directory)
    {
        var file = Path.Combine(directory, "token");
        if (!File.Exists(file))
        {
            PrivateFile.Write(file, RandomNumberGenerator.GetHexString(40, lowercase: true));
        }

        return new ClusterToken(File.ReadAllText(file).Trim());
    }
}
