namespace TempoCos.Cluster.Kubelet.Logs;

public readonly record struct LogLine(DateTimeOffset Time, string Text);
