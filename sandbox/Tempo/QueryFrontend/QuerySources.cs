using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.QueryFrontend;

/// <summary>Which part of a time range the ingesters answer and which the blocks: recent data is asked of ingesters, older of blocks, with an overlap.</summary>
public sealed record QuerySources(IReadOnlyList<(QuerySource Source, uint Start, uint End)> Parts)
{
    public static QuerySources Split(QueryFrontendSettings settings, uint start, uint end, DateTimeOffset now)
    {
        var parts = new List<(QuerySource, uint, uint)>();
        var ingesters = (uint)(now - settings.QueryIngestersUntil).ToUnixTimeSeconds();
        if (end >= ingesters)
        {
            parts.Add((QuerySource.Ingesters, Math.Max(start, ingesters), end));
        }

        // 0 turns the distinction off: the blocks are asked for everything.
        var backend = settings.QueryBackendAfter > TimeSpan.Zero ? (uint)(now - settings.QueryBackendAfter).ToUnixTimeSeconds() : uint.MaxValue;
        if (start < backend)
        {
            parts.Add((QuerySource.Blocks, start, Math.Min(end, backend)));
        }

        return new(parts);
    }
}
