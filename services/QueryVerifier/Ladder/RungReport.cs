using Google.Protobuf.WellKnownTypes;
using TempoCos.Contracts;
using TempoCos.TempoBlocks;

namespace TempoCos.QueryVerifier.Ladder;

/// <summary>
/// Collects what a rung finds. Failed outweighs everything; a control that did not hold, or that the rung promises and did not make, makes it not shown;
/// a rung about which nothing bad was said is proven.
/// </summary>
internal sealed class RungReport
{
    private const int MaxMissing = 20;
    private readonly List<string> _failures = [];
    private readonly List<string> _doubts = [];
    private readonly List<Control> _controls = [];
    private readonly List<string> _missing = [];

    public SortedDictionary<string, string> Evidence { get; } = new(StringComparer.Ordinal);

    /// <summary>What was shown, where that is less than the rung's claim because there was nobody to ask; null for the whole of it.</summary>
    public string? NarrowedClaim { get; set; }

    public bool HasFailed => _failures.Count > 0;

    /// <summary>Whether there is nothing against the claim so far.</summary>
    public bool IsClean => _failures.Count == 0 && _doubts.Count == 0 && _controls.TrueForAll(control => control.Held);

    /// <summary>The rung was left out for what it would take here; only who asked for it by its number misses it.</summary>
    public bool IsUntried { get; private set; }

    /// <summary>The claim is wrong.</summary>
    public void Fail(string reason) => _failures.Add(reason);

    /// <summary>The claim could not be judged.</summary>
    public void NotShown(string reason) => _doubts.Add(reason);

    /// <inheritdoc cref="IsUntried"/>
    public void Untried(string reason)
    {
        IsUntried = true;
        NotShown(reason);
    }

    public void Control(string name, string expected, string observed, bool held) =>
        _controls.Add(new Control { Name = name, Expected = expected, Observed = observed, Held = held });

    public void Missing(IEnumerable<TraceId16> ids)
    {
        foreach (var id in ids.Select(id => id.ToString()).Where(id => !_missing.Contains(id)).Take(MaxMissing - _missing.Count))
        {
            _missing.Add(id);
        }
    }

    public RungResult Close(Rung rung, TimeSpan duration)
    {
        var broken = _controls.Where(control => !control.Held)
            .Select(control => $"the control \"{control.Name}\" did not hold: expected {control.Expected}, observed {control.Observed}");
        var absent = rung.Controls.Where(name => _controls.TrueForAll(control => control.Name != name)).Select(name => $"the control \"{name}\" was not made");
        string[] doubts = [.. _doubts, .. broken];
        if (doubts.Length == 0)
        {
            doubts = [.. absent];
        }

        var result = new RungResult
        {
            Rung = rung.Number,
            Name = rung.Name,
            Claim = NarrowedClaim ?? rung.Claim,
            Verdict = HasFailed ? Verdict.Failed : doubts.Length > 0 ? Verdict.NotShown : Verdict.Proven,
            Reason = string.Join("; ", HasFailed ? _failures : doubts),
            Duration = Duration.FromTimeSpan(duration),
        };
        result.Evidence.Add(Evidence);
        result.Controls.AddRange(_controls);
        result.Missing.AddRange(_missing);
        return result;
    }
}
