namespace TempoCos.Cluster.Kubelet.Volumes;

/// <summary>Why a volume cannot be set up now, in a kubelet's words.</summary>
public sealed class VolumeException(string volume, string message) : Exception(message)
{
    public string Volume { get; } = volume;

    /// <summary>As its FailedMount event says it.</summary>
    public string Event => $"MountVolume.SetUp failed for volume \"{Volume}\" : {Message}";
}
