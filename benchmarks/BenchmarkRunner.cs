using System.Diagnostics;
using Grpc.Core;
using TempoCos.Benchmarks.Cases;
using TempoCos.Benchmarks.Results;
using TempoCos.TempoBlocks;

namespace TempoCos.Benchmarks;

/// <summary>Runs the chosen benchmarks one after the other; one that fails does not stop the rest.</summary>
internal static class BenchmarkRunner
{
    public static async Task<BenchmarkReport> RunAsync(BenchmarkOptions options, IReadOnlyList<IBenchmark> benchmarks, string command, CancellationToken cancellationToken)
    {
        var machine = Machine.Current;
        var date = DateTimeOffset.UtcNow;
        using var run = new BenchmarkRun(options);
        var ours = $"{await options.Ours.VersionAsync(cancellationToken)}, {Commit()}";
        var peer = options.Peer is null ? null : await options.Peer.VersionAsync(cancellationToken);
        run.Say($"ours: {ours}");
        run.Say($"peer: {peer ?? $"none ({Servers.TempoProgram.PeerVariable} names none): no ratios"}");
        if (machine.Build == "Debug")
        {
            run.Say("this is a Debug build: its figures say nothing; use -c Release");
        }

        foreach (var benchmark in benchmarks)
        {
            try
            {
                await benchmark.RunAsync(run, cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested
                && exception is InvalidAnswerException or HttpRequestException or RpcException or IOException or BlockFormatException or OperationCanceledException or Amazon.Runtime.AmazonServiceException)
            {
                run.Say($"{benchmark.Name}: INVALID: {exception.Message}");
                run.Results.Discard(benchmark.Name, exception.Message);
            }
        }

        return new BenchmarkReport
        {
            Date = date,
            Took = TimeSpan.FromSeconds(Math.Round(run.Elapsed.TotalSeconds)),
            Machine = machine with { LoadAfter = Machine.Load() },
            OursVersion = ours,
            PeerVersion = peer,
            Command = command,
            Measurements = run.Results.Measurements,
            Invalid = run.Results.Invalid,
        };
    }

    private static string Commit()
    {
        try
        {
            var commit = Git("rev-parse", "--short", "HEAD");
            return commit.Length == 0 ? "not a git working copy" : Git("status", "--porcelain", "--untracked-files=no").Length == 0 ? $"commit {commit}" : $"commit {commit} with changes";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "git is not at hand";
        }
    }

    private static string Git(params IEnumerable<string> args)
    {
        using var process = Process.Start(new ProcessStartInfo("git", args) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Repository.Root })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output.Trim();
    }
}
