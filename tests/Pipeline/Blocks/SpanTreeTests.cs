using Google.Protobuf;
using TempoCos.Otlp;
using TempoCos.Pipeline.Blocks;

namespace TempoCos.Pipeline.Tests.Blocks;

public sealed class SpanTreeTests
{
    [Fact]
    public void Children_hang_below_their_parents_by_start()
    {
        var root = SpanTree.Build(Trace((1, 0, 5), (3, 1, 9), (2, 1, 7), (4, 2, 8))).ShouldHaveSingleItem();

        root.Children.ConvertAll(c => c.Span.SpanId[0]).ShouldBe([(byte)2, (byte)3]);
        root.Children[0].Children.ShouldHaveSingleItem().Span.SpanId[0].ShouldBe((byte)4);
    }

    [Fact]
    public void Orphans_cycles_and_repeated_ids_each_stand_in_the_tree_once()
    {
        var roots = SpanTree.Build(Trace((1, 9, 1), (2, 3, 2), (3, 2, 3), (4, 4, 4), (5, 0, 5), (5, 0, 6), (6, 5, 7)));

        Count(roots).ShouldBe(7);
        roots.Where(r => r.Note.Length > 0).Select(r => r.Span.SpanId[0]).ShouldBe([(byte)1, (byte)4, (byte)2], ignoreOrder: true);
    }

    [Fact]
    public void Ten_thousand_levels_are_printed_line_by_line()
    {
        var trace = Trace([.. Enumerable.Range(1, 10_000).Select(i => (i, i - 1, i))]);
        var text = new StringWriter();

        TraceTable.Write(text, default, trace, []);

        var lines = text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(10_002);
        lines.Max(l => l.Length).ShouldBeLessThan(200);
    }

    private static int Count(IReadOnlyList<SpanNode> nodes) => nodes.Sum(n => 1 + Count(n.Children));

    private static TracesData Trace(params (int Id, int Parent, int Start)[] spans)
    {
        var scope = new ScopeSpans();
        scope.Spans.AddRange(spans.Select(s => new Span { SpanId = Id(s.Id), ParentSpanId = Id(s.Parent), StartTimeUnixNano = (ulong)s.Start, Name = $"span {s.Id}" }));
        return new TracesData { ResourceSpans = { new ResourceSpans { ScopeSpans = { scope } } } };

        static ByteString Id(int id) => id == 0 ? ByteString.Empty : ByteString.CopyFrom(BitConverter.GetBytes((long)id));
    }
}
