using System.Text;
using TempoCos.Otlp;
using TempoCos.TempoBlocks;
using TempoCos.TempoBlocks.Checking;

namespace TempoCos.Pipeline.Blocks;

/// <summary>A trace for people: times on the left, the tree on the right.</summary>
internal static class TraceTable
{
    private const int MaxIndent = 30;
    private const int TimeWidth = 10;

    public static void Write(TextWriter writer, TraceId16 id, TracesData trace, IReadOnlyList<StoredBlock> holders)
    {
        var spans = trace.ResourceSpans.SelectMany(r => r.ScopeSpans).SelectMany(s => s.Spans).ToList();
        var roots = SpanTree.Build(trace);
        var start = spans.Where(s => s.StartTimeUnixNano > 0).Select(s => s.StartTimeUnixNano).DefaultIfEmpty().Min();
        var services = trace.ResourceSpans.Select(r => r.Resource?.Attributes.LastOrDefault(a => a.Key == "service.name")?.Value?.StringValue ?? "").Where(s => s.Length > 0).Distinct().Count();
        writer.WriteLine($"trace {id}: {Quantity.Count(spans.Count, "span")}, {Quantity.Count(services, "service")}, starts {Start(start)}");
        foreach (var block in holders)
        {
            writer.WriteLine($"in block {block.Name}");
        }

        writer.WriteLine();
        writer.WriteLine($"{"AT",TimeWidth}  {"TOOK",TimeWidth}  SPAN");
        var open = new Stack<(SpanNode Node, string Before, string Below, int Depth)>();
        Push(open, roots, "", 0, isRoot: true);
        while (open.TryPop(out var next))
        {
            WriteSpan(writer, next.Node, next.Before, start);
            Push(open, next.Node.Children, next.Below, next.Depth + 1, isRoot: false);
        }
    }

    /// <summary>Service and name.</summary>
    public static string NameOf(SpanNode node) =>
        (node.Service.Length > 0 ? $"{Clean(node.Service)}: " : "") + (node.Span.Name.Length > 0 ? Clean(node.Span.Name) : "(no name)");

    private static void Push(Stack<(SpanNode Node, string Before, string Below, int Depth)> open, IReadOnlyList<SpanNode> nodes, string below, int depth, bool isRoot)
    {
        for (var i = nodes.Count - 1; i >= 0; i--)
        {
            var isLast = i == nodes.Count - 1;
            open.Push(isRoot ? (nodes[i], "", "", depth)
                : depth > MaxIndent ? (nodes[i], $"{below}[{depth}] ", below, depth)
                : (nodes[i], below + (isLast ? "└─ " : "├─ "), below + (isLast ? "   " : "│  "), depth));
        }
    }

    private static void WriteSpan(TextWriter writer, SpanNode node, string before, ulong start)
    {
        var span = node.Span;
        var at = Quantity.Duration(unchecked((long)(span.StartTimeUnixNano - start)));
        var took = Quantity.Duration(unchecked((long)(span.EndTimeUnixNano - span.StartTimeUnixNano)));
        var line = new StringBuilder($"{at,TimeWidth}  {took,TimeWidth}  {before}");
        line.Append(NameOf(node));
        line.Append(span.Kind switch
        {
            Span.Types.SpanKind.Unspecified or Span.Types.SpanKind.Internal => "",
            var kind => $" ({kind.ToString().ToLowerInvariant()})",
        });
        if (span.Status is { Code: Status.Types.StatusCode.Error } status)
        {
            line.Append(status.Message.Length > 0 ? $" ERROR: {Clean(status.Message)}" : " ERROR");
        }

        writer.WriteLine(line.Append(node.Note.Length > 0 ? $"  [{node.Note}]" : "").ToString());
    }

    // What was sent may hold line ends and a terminal's control sequences.
    private static string Clean(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));

    public static string Start(ulong nanoseconds) => nanoseconds / 1_000_000_000 is var seconds && seconds < 253402300800
        ? $"{DateTimeOffset.FromUnixTimeSeconds((long)seconds).UtcDateTime:yyyy-MM-dd'T'HH:mm:ss}.{nanoseconds % 1_000_000_000:000000000}Z"
        : $"{nanoseconds} ns after 1970";
}
