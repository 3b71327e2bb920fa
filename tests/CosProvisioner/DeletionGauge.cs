namespace TempoCos.CosProvisioner.Tests;

/// <summary>Watches multi-deletes on their way: how many, how many at once, and what they ask for.</summary>
internal sealed class DeletionGauge
{
    private readonly Lock _gate = new();
    private readonly List<string> _bodies = [];
    private int _underWay;

    /// <summary>By the number of the deletion and its body, what is answered in the store's place; null lets it through.</summary>
    public Func<int, string, HttpResponseMessage?> Answers { get; init; } = (_, _) => null;

    public int MostAtOnce { get; private set; }

    public IReadOnlyList<string> Bodies
    {
        get
        {
            lock (_gate)
            {
                return [.. _bodies];
            }
        }
    }

    public Wire Wire() => new() { Around = AroundAsync };

    private async Task<HttpResponseMessage> AroundAsync(string request, string body, Func<Task<HttpResponseMessage>> send)
    {
        if (!request.StartsWith("POST", StringComparison.Ordinal) || !request.Contains("?delete", StringComparison.Ordinal))
        {
            return await send();
        }

        int number;
        lock (_gate)
        {
            _bodies.Add(body);
            number = _bodies.Count;
            MostAtOnce = Math.Max(MostAtOnce, ++_underWay);
        }

        try
        {
            return Answers(number, body) ?? await send();
        }
        finally
        {
            lock (_gate)
            {
                _underWay--;
            }
        }
    }
}
