namespace TempoCos.IbmCloud.Faults;

/// <summary>A rule in force, with its counters and its dice. The plan serialises access.</summary>
public sealed class FaultRule(Fault definition)
{
    private readonly Random _dice = new(definition.Seed ?? 0);
    private int _seen;
    private int _hits;

    /// <summary>The rule as it stands now.</summary>
    public Fault Current => definition with { Hits = _hits };

    /// <summary>Whether the rule hits this request, which is then counted.</summary>
    public bool TryHit(FaultSubject subject)
    {
        if (_hits >= (definition.Count ?? int.MaxValue) || !subject.Fits(definition) || _seen++ < definition.After)
        {
            return false;
        }

        if (definition.Probability is { } probability && _dice.NextDouble() >= probability)
        {
            return false;
        }

        _hits++;
        return true;
    }
}
