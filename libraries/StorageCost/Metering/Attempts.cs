namespace TempoCos.StorageCost.Metering;

/// <summary>The attempts of one request: the transport repeats by itself what met a connection that had died, each time on another connection.</summary>
internal sealed class Attempts(OperationTally tally)
{
    private static readonly AsyncLocal<Attempts?> Ambient = new();
    private readonly Lock _lock = new();
    private object? _connection;

    public static Attempts? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }

    /// <summary>Part of the request was written to a connection.</summary>
    public void LeftBy(object connection)
    {
        lock (_lock)
        {
            if (_connection == connection)
            {
                return;
            }

            _connection = connection;
        }

        tally.AddRequest();
    }
}
