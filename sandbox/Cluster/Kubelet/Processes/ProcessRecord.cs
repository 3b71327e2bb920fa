namespace TempoCos.Cluster.Kubelet.Processes;

/// <summary>A process as the ledger knows it. A number alone may have been given to another one since.</summary>
public sealed record ProcessRecord(int Pid, DateTime Started, string Container);
