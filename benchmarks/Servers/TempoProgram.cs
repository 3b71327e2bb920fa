using System.Diagnostics;

namespace TempoCos.Benchmarks.Servers;

/// <summary>A Tempo on disk: a native binary, or an assembly that <c>dotnet</c> runs.</summary>
internal sealed record TempoProgram(string Path)
{
    public const string PeerVariable = "TEMPOCOS_TEMPO_BINARY";

    private static readonly TimeSpan VersionDeadline = TimeSpan.FromSeconds(30);

    /// <summary>This repository's own, built with the same configuration as this program.</summary>
    public static TempoProgram Ours(string? given)
    {
        if (given is not null)
        {
            return Existing(given, "--program");
        }

        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(System.IO.Path.DirectorySeparatorChar));
        var path = System.IO.Path.Combine(Repository.Root, "sandbox", "Tempo", "bin", output.Parent!.Name, output.Name, "TempoCos.Tempo.dll");
        return File.Exists(path)
            ? new(path)
            : throw new EnvironmentException($"TempoCos' own Tempo is not built: {path}", "Build benchmarks/TempoCos.Benchmarks.csproj, which builds it too, or give --program.");
    }

    public static TempoProgram? Peer(string? given)
    {
        var path = given ?? Environment.GetEnvironmentVariable(PeerVariable);
        return path is not { Length: > 0 } || path == "none" ? null : Existing(path, given is null ? PeerVariable : "--peer");
    }

    public ProcessStartInfo StartInfo(IEnumerable<string> args)
    {
        var managed = Path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase);
        var info = new ProcessStartInfo(managed ? "dotnet" : Path) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var arg in managed ? args.Prepend(Path) : args)
        {
            info.ArgumentList.Add(arg);
        }

        return info;
    }

    /// <summary>What the program says of itself.</summary>
    public async Task<string> VersionAsync(CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(VersionDeadline);
        using var process = Process.Start(StartInfo(["-version"]))!;
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync(deadline.Token);
            return output.Split('\n')[0].Trim();
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static TempoProgram Existing(string path, string source) => File.Exists(path)
        ? new(System.IO.Path.GetFullPath(path))
        : throw new EnvironmentException($"{source} names no file: {path}", "Give the path of a tempo binary or of a built TempoCos.Tempo.dll.");
}
