namespace TempoCos.Cluster.Kubelet.Processes;

/// <summary>Words of a POSIX shell.</summary>
public static class Shell
{
    public static string Quote(string word) => $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
