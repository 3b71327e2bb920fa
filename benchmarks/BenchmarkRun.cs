using System.Diagnostics;
using System.Globalization;
using TempoCos.Benchmarks.Load;
using TempoCos.Benchmarks.Results;
using TempoCos.Benchmarks.Servers;

namespace TempoCos.Benchmarks;

/// <summary>What the benchmarks of one run share.</summary>
internal sealed class BenchmarkRun : IDisposable
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly TemporaryDirectory _directory = new();
    private readonly Lazy<IReadOnlyList<EncodedRequest>> _requests;

    public BenchmarkRun(BenchmarkOptions options)
    {
        Options = options;
        Blocks = new BlockStage(this, options.Data ?? _directory["stage"]);
        Workload = new Workload(Blocks.WorkloadStart);
        _requests = new(() =>
        {
            Say($"encoding {options.Spans:N0} spans");
            return Workload.Encode(options.Traces);
        });
    }

    public BenchmarkOptions Options { get; }

    public Recorder Results { get; } = new();

    public Workload Workload { get; }

    /// <summary>Blocks with the whole workload, one of each side.</summary>
    public BlockStage Blocks { get; }

    public IReadOnlyList<EncodedRequest> Requests => _requests.Value;

    public TimeSpan Elapsed => _clock.Elapsed;

    /// <summary>The sides in the order of a round: they take turns in going first.</summary>
    public IEnumerable<(Side Side, TempoProgram Program)> Sides(int round)
    {
        (Side, TempoProgram)[] sides = Options.Peer is null ? [(Side.Ours, Options.Ours)] : [(Side.Ours, Options.Ours), (Side.Peer, Options.Peer)];
        return round % 2 == 0 ? sides : sides.Reverse();
    }

    /// <summary>A directory of its own; the caller removes it when it is large.</summary>
    public string NewDirectory(string name) => _directory[$"{name}-{Guid.NewGuid():n}"];

    public void Say(string message) => Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_clock.Elapsed.TotalSeconds,7:0.0} s  {message}"));

    public void Dispose() => _directory.Dispose();
}
