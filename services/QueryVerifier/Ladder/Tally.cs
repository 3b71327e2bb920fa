using TempoCos.Otlp;
using TempoCos.TempoBlocks;

namespace TempoCos.QueryVerifier.Ladder;

/// <summary>Counts what was compared and keeps the first differences. Safe for concurrent use.</summary>
internal sealed class Tally(Expectation expectation)
{
    private const int MaxDifferences = 5;
    private readonly Lock _lock = new();
    private readonly List<string> _differences = [];
    private readonly HashSet<TraceId16> _different = [];
    private readonly HashSet<int> _compared = [];

    public int Traces => _compared.Count;

    public long Spans { get; private set; }

    public IReadOnlyCollection<TraceId16> Different => _different;

    /// <summary>The first differences, one line each.</summary>
    public IReadOnlyList<string> Differences => _differences;

    /// <summary>Whether a comparison with a changed expectation showed the change; null while nothing was compared.</summary>
    public bool? SeesMutation { get; private set; }

    public void Compare(int index, TracesData got) => Take(index, TraceComparison.Of(expectation, index, got));

    public void Take(int index, TraceComparison comparison)
    {
        lock (_lock)
        {
            if (!_compared.Add(index))
            {
                return;
            }

            Spans += comparison.Spans;
            SeesMutation = (SeesMutation ?? true) && comparison.SeesMutation;
            Note(expectation.Ids[index], comparison.Differences);
        }
    }

    public void Absent(TraceId16 id, string reason)
    {
        lock (_lock)
        {
            Note(id, [reason]);
        }
    }

    /// <summary>Says what was compared and what differed, and makes the control that a change would have been seen.</summary>
    public void Conclude(string source, RungReport report, long spans)
    {
        var prefix = source.Replace(' ', '_').ToLowerInvariant();
        report.Evidence[$"{prefix}_traces"] = $"{Traces} of {expectation.Ids.Length}";
        report.Evidence[$"{prefix}_spans"] = $"{Spans} of {spans}";
        if (Different.Count > 0)
        {
            report.Missing(Different);
            report.Fail($"{source}: {Different.Count} of {expectation.Ids.Length} traces differ: {string.Join("; ", Differences)}");
        }

        report.Control(ControlName(source), "a difference", SeesMutation == true ? "a difference" : "no difference", SeesMutation == true);
    }

    public static string ControlName(string source) => $"an expectation with one attribute changed, against the {source}";

    private void Note(TraceId16 id, IEnumerable<string> differences)
    {
        foreach (var difference in differences)
        {
            _different.Add(id);
            if (_differences.Count < MaxDifferences)
            {
                _differences.Add($"trace {id}: {difference}");
            }
        }
    }
}
