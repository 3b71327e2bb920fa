using TempoCos.TempoStackDeployer.Readiness.Causes;
using TempoCos.TempoStackDeployer.Readiness.Evidence;

namespace TempoCos.TempoStackDeployer.Readiness;

/// <summary>
/// Watches what a wait waits for: says it when it changes, and says when it is time for a closer look because something seems wrong that waiting does not heal.
/// Every trouble gets a grace first: names may be corrected, a Secret may come, and the kubelet tries again.
/// </summary>
internal sealed class Patience
{
    private static readonly TimeSpan LongestGrace = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(1);

    private readonly ExpectedObjects _expected;
    private readonly TimeProvider _time;
    private readonly TimeSpan _grace;
    private readonly long _started;
    private readonly Dictionary<string, long> _since = new(StringComparer.Ordinal);
    private long _lookedAt;
    private long? _reportedAt;
    private string? _reported;

    /// <param name="expected">What is waited for.</param>
    /// <param name="timeout">How long in all: a quarter of it is the grace, 30 s at most.</param>
    /// <param name="time">Clock.</param>
    public Patience(ExpectedObjects expected, TimeSpan timeout, TimeProvider time)
    {
        _expected = expected;
        _time = time;
        _grace = timeout / 4 < LongestGrace ? timeout / 4 : LongestGrace;
        _started = _lookedAt = time.GetTimestamp();
    }

    public TimeSpan Waited => _time.GetElapsedTime(_started);

    /// <summary>A trouble has lasted for the grace, and so has the time since the last closer look.</summary>
    public bool IsOver { get; private set; }

    /// <summary>What is waited for, when that is news.</summary>
    public string? Look(StackSnapshot snapshot)
    {
        var causes = CauseFinder.Find(_expected, snapshot, new StackEvidence { Claims = snapshot.VolumeClaims });
        var now = _time.GetTimestamp();
        Remember(causes, now);
        var troubled = _since.Values.Any(since => _time.GetElapsedTime(since, now) >= _grace);
        IsOver = troubled && _time.GetElapsedTime(_lookedAt, now) >= _grace;
        if (IsOver)
        {
            _lookedAt = now;
        }

        var text = Text(causes);
        if (text == _reported || (_reportedAt is { } last && _time.GetElapsedTime(last, now) < ReportEvery))
        {
            return null;
        }

        (_reported, _reportedAt) = (text, now);
        return text;
    }

    /// <summary>Troubles, by component and kind: one that comes and goes, as pulling and backing off do, is the same one.</summary>
    private void Remember(IReadOnlyList<Cause> causes, long now)
    {
        var present = causes.Where(cause => cause.Depth < CauseDepth.Unready || (cause.Depth == CauseDepth.Waiting && cause.Pod is null)).Select(cause => $"{cause.Component} {cause.Depth}").ToHashSet(StringComparer.Ordinal);
        foreach (var gone in _since.Keys.Except(present).ToList())
        {
            _since.Remove(gone);
        }

        foreach (var trouble in present)
        {
            _since.TryAdd(trouble, now);
        }
    }

    private static string Text(IReadOnlyList<Cause> causes) => "waiting for " + string.Join("; ", causes.Select(cause =>
        cause.Depth == CauseDepth.Waiting ? $"{cause.Component} ({cause.Reason})" : $"{cause.Component}: {PodFindings.Cut(cause.Reason)}"));
}
