namespace TempoCos.Cluster.Kubelet.Logs;

/// <summary>A line of a log, or a piece of one that is too long to be kept whole.</summary>
/// <param name="Time">When it was written.</param>
/// <param name="Text">Without the end of the line.</param>
/// <param name="Complete">Whether the line ends here.</param>
public readonly record struct LogLine(DateTimeOffset Time, string Text, bool Complete);
