using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Ingester;

/// <summary>A trace to which spans may still come. Its parts lie in the log; this is where.</summary>
public sealed class LiveTrace(TraceId16 id, DateTimeOffset created)
{
    public TraceId16 Id => id;

    public DateTimeOffset Created { get; } = created;

    public DateTimeOffset LastAppend { get; private set; } = created;

    public long Bytes { get; private set; }

    // Most traces come in one part.
    public List<WalRecord> Parts { get; } = new(1);

    public void Append(WalRecord record, DateTimeOffset now)
    {
        Parts.Add(record);
        Bytes += record.Position.Length;
        LastAppend = now;
    }

    public bool IsDue(DateTimeOffset now, TimeSpan idle, TimeSpan live) => now - LastAppend >= idle || now - Created >= live;
}
