using System.Text;
using TempoCos.Otlp;

namespace TempoCos.Pipeline.Blocks;

/// <summary>A trace on one line for people.</summary>
internal static class TraceLine
{
    public static readonly byte[] Header = Format("TRACE", "SPANS", "TOOK", "START", "ROOT");

    public static byte[] Of(TracesData trace)
    {
        var spans = trace.ResourceSpans.SelectMany(r => r.ScopeSpans).SelectMany(s => s.Spans).ToList();
        var start = spans.Min(s => s.StartTimeUnixNano);
        var root = SpanTree.Build(trace)[0];
        return Format(
            Convert.ToHexStringLower(spans[0].TraceId.Span),
            $"{spans.Count}",
            Quantity.Duration(unchecked((long)(spans.Max(s => s.EndTimeUnixNano) - start))),
            TraceTable.Start(start),
            TraceTable.NameOf(root));
    }

    private static byte[] Format(string id, string spans, string took, string start, string root) =>
        Encoding.UTF8.GetBytes($"{id,-32}  {spans,6}  {took,10}  {start,-30}  {root}");
}
