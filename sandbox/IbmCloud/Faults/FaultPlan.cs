namespace TempoCos.IbmCloud.Faults;

/// <summary>Which requests go wrong, and how. The first rule that hits is used.</summary>
public sealed class FaultPlan
{
    private readonly Lock _gate = new();
    private FaultRule[] _rules;

    public FaultPlan(IbmCloudOptions options) => _rules = [.. options.Faults.Select(Rule)];

    public Fault[] All
    {
        get
        {
            lock (_gate)
            {
                return [.. _rules.Select(rule => rule.Current)];
            }
        }
    }

    /// <summary>Adds rules that <see cref="FaultReader"/> found good.</summary>
    public Fault[] Add(IReadOnlyList<Fault> faults)
    {
        var rules = faults.Select(Rule).ToArray();
        lock (_gate)
        {
            _rules = [.. _rules, .. rules];
        }

        return [.. rules.Select(rule => rule.Current)];
    }

    public void Clear() => Remove(_ => true);

    public bool Remove(string id) => Remove(rule => rule.Current.Id == id);

    /// <summary>The fault of this request, which is then counted; null for none.</summary>
    public Fault? Take(FaultSubject subject)
    {
        if (_rules.Length == 0)
        {
            return null;
        }

        lock (_gate)
        {
            return _rules.FirstOrDefault(rule => rule.TryHit(subject))?.Current;
        }
    }

    private static FaultRule Rule(Fault fault) => new(fault with { Id = Guid.NewGuid().ToString("n")[..8], Hits = 0 });

    private bool Remove(Func<FaultRule, bool> matches)
    {
        lock (_gate)
        {
            var before = _rules.Length;
            _rules = [.. _rules.Where(rule => !matches(rule))];
            return _rules.Length < before;
        }
    }
}
