namespace TempoCos.Cluster.Kubelet;

/// <summary>Why the kubelet gave a whole pod up: its status' reason and message.</summary>
public sealed record PodFailure(string Reason, string Message);
