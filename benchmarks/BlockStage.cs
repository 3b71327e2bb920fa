using System.Diagnostics;
using System.Globalization;
using TempoCos.Benchmarks.Load;
using TempoCos.Benchmarks.Servers;
using TempoCos.TempoBlocks;

namespace TempoCos.Benchmarks;

/// <summary>The blocks that the queries read: loaded and flushed once by each side's own program, kept between runs where the user says so.</summary>
internal sealed class BlockStage
{
    private const string StartFile = "workload-start";
    private static readonly TimeSpan FlushDeadline = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan VisibleDeadline = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private readonly BenchmarkRun _run;
    private readonly string _directory;

    public BlockStage(BenchmarkRun run, string directory)
    {
        (_run, _directory) = (run, Path.GetFullPath(directory));
        Directory.CreateDirectory(_directory);
        var file = Path.Combine(_directory, StartFile);
        if (!File.Exists(file))
        {
            // A little back, so that the last trace has ended when the first query comes.
            File.WriteAllText(file, DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 120).ToString("O", CultureInfo.InvariantCulture));
        }

        WorkloadStart = DateTimeOffset.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture);
    }

    public DateTimeOffset WorkloadStart { get; }

    /// <summary>Sends the whole workload to a fresh server and flushes it; the blocks become those of the stage.</summary>
    public async Task<FlushResult> FlushAsync(Side side, TempoProgram program, CancellationToken cancellationToken)
    {
        var data = _run.NewDirectory("flush");
        try
        {
            await using var server = await TempoServer.StartAsync(program, data, compaction: false, cancellationToken);
            var sender = new TraceSender(server.OtlpEndpoint, _run.Workload, _run.Requests, _run.Options.Senders);
            (await sender.SendAllAsync(cancellationToken)).Checked();
            var before = server.Usage;
            var clock = Stopwatch.StartNew();
            using (await server.Http.PostAsync(new Uri("/flush", UriKind.Relative), null, cancellationToken))
            {
            }

            var metas = await WaitForBlocksAsync(server, clock, cancellationToken);
            var written = clock.Elapsed;
            var after = server.Usage;
            await WaitUntilFoundAsync(server, "?mode=blocks", cancellationToken);
            var found = clock.Elapsed;
            await server.DisposeAsync();
            Adopt(server.BlockFolder, side);
            return new FlushResult(written, found, metas.Sum(meta => meta.Size), metas.Count, after.CpuSeconds - before.CpuSeconds, after.PeakRssMegabytes);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    /// <summary>Both programs, freshly started on the stage's blocks: what they answer comes from there alone.</summary>
    public async Task<ServerPair> OpenAsync(CancellationToken cancellationToken)
    {
        var servers = new Dictionary<Side, TempoServer>();
        try
        {
            foreach (var (side, program) in _run.Sides(0))
            {
                var source = _run.Options.Blocks switch { BlockChoice.Ours => Side.Ours, BlockChoice.Peer => Side.Peer, _ => side };
                await EnsureAsync(source, cancellationToken);
                var data = _run.NewDirectory("query");
                Copy(FolderOf(source), TempoServer.BlocksOf(data));
                var server = await TempoServer.StartAsync(program, data, compaction: false, cancellationToken);
                servers.Add(side, server);
                await WaitUntilFoundAsync(server, "", cancellationToken);
            }

            return new ServerPair(servers);
        }
        catch
        {
            await new ServerPair(servers).DisposeAsync();
            throw;
        }
    }

    public static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    public static IReadOnlyList<BlockMeta> MetasIn(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder, "meta.json", SearchOption.AllDirectories).Select(file => BlockMeta.Parse(File.ReadAllBytes(file)))];
        }
        catch (Exception exception) when (exception is IOException or FormatException)
        {
            // Not there yet, or just being written.
            return [];
        }
    }

    private static async Task<bool> IsFoundAsync(TempoServer server, string path, CancellationToken cancellationToken)
    {
        using var response = await server.Http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        return response.IsSuccessStatusCode;
    }

    private string FolderOf(Side side) => Path.Combine(_directory, side == Side.Ours ? "ours" : "peer");

    private async Task EnsureAsync(Side side, CancellationToken cancellationToken)
    {
        if (MetasIn(FolderOf(side)).Sum(meta => meta.TotalObjects) == _run.Options.Traces)
        {
            return;
        }

        var program = (side == Side.Ours ? _run.Options.Ours : _run.Options.Peer) ?? throw new EnvironmentException("there is no peer whose blocks could be read", $"Name one with {TempoProgram.PeerVariable}.");
        _run.Say($"{side}: loading {_run.Options.Spans:N0} spans for queries".ToLowerInvariant());
        await FlushAsync(side, program, cancellationToken);
    }

    private void Adopt(string folder, Side side)
    {
        if (Directory.Exists(FolderOf(side)))
        {
            Directory.Delete(FolderOf(side), recursive: true);
        }

        Copy(folder, FolderOf(side));
    }

    private async Task<IReadOnlyList<BlockMeta>> WaitForBlocksAsync(TempoServer server, Stopwatch clock, CancellationToken cancellationToken)
    {
        long traces = 0;
        while (clock.Elapsed < FlushDeadline)
        {
            var metas = MetasIn(server.BlockFolder);
            traces = metas.Sum(meta => meta.TotalObjects);
            if (traces >= _run.Options.Traces)
            {
                return traces == _run.Options.Traces ? metas : throw new InvalidAnswerException($"the blocks hold {traces} traces instead of {_run.Options.Traces}");
            }

            await Task.Delay(Pause, cancellationToken);
        }

        throw new InvalidAnswerException($"after {FlushDeadline.TotalMinutes:0} min the blocks hold {traces} of {_run.Options.Traces} traces");
    }

    private async Task WaitUntilFoundAsync(TempoServer server, string query, CancellationToken cancellationToken)
    {
        var path = $"/api/traces/{_run.Workload.Id(0)}{query}";
        for (var clock = Stopwatch.StartNew(); !await IsFoundAsync(server, path, cancellationToken);)
        {
            if (clock.Elapsed > VisibleDeadline)
            {
                throw new InvalidAnswerException($"GET {path} did not find the trace within {VisibleDeadline.TotalSeconds:0} s");
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }
}
