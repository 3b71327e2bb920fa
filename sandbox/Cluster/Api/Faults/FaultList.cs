using TempoCos.Cluster.Api.Http;

namespace TempoCos.Cluster.Api.Faults;

/// <summary>The faults of a cluster; changed at any time by who tests a client with it.</summary>
public sealed class FaultList
{
    private readonly Lock gate = new();
    private readonly List<ActiveFault> active = [];
    private int lastId;

    public IReadOnlyList<ActiveFault> Rules
    {
        get
        {
            lock (gate)
            {
                return [.. active];
            }
        }
    }

    public ActiveFault Add(FaultRule rule)
    {
        lock (gate)
        {
            var added = new ActiveFault(++lastId, rule);
            active.Add(added);
            return added;
        }
    }

    public bool Remove(int id)
    {
        lock (gate)
        {
            return active.RemoveAll(fault => fault.Id == id) > 0;
        }
    }

    public void Clear()
    {
        lock (gate)
        {
            active.Clear();
        }
    }

    /// <summary>The rule that hits this request, which is counted; null for none.</summary>
    public FaultRule? Take(RequestAttributes request)
    {
        lock (gate)
        {
            return active.FirstOrDefault(fault => fault.Rule.Matches(request) && fault.Take())?.Rule;
        }
    }
}
