using Google.Protobuf;
using TempoCos.Otlp;
using TempoCos.TempoBlocks.Writing;

namespace TempoCos.TempoBlocks.Tests;

/// <summary>Ids, merging and the numbering of spans.</summary>
public sealed class TraceTests
{
    [Fact]
    public void Ids_are_padded_stripped_and_ordered_as_bytes()
    {
        var id = TraceId16.Parse("00ab");
        id.ToString().ShouldBe("000000000000000000000000000000ab");
        id.ToStrippedString().ShouldBe("ab");
        TraceId16.FromBytes([0xab]).ShouldBe(id);
        TraceId16.FromBytes(id.ToByteArray()).ShouldBe(id);
        (TraceId16.Parse("80000000000000000000000000000000") > TraceId16.Parse("7fffffffffffffffffffffffffffffff")).ShouldBeTrue();
        default(TraceId16).ToStrippedString().ShouldBeEmpty();
        foreach (var wrong in new[] { "", "xyz", "0x1", new string('1', 33), " 1" })
        {
            TraceId16.TryParse(wrong, out _).ShouldBeFalse(wrong);
            Should.Throw<FormatException>(() => TraceId16.Parse(wrong));
        }

        Should.Throw<ArgumentException>(() => TraceId16.FromBytes(new byte[17]));
    }

    [Fact]
    public void Merging_keeps_each_span_of_a_kind_once_in_order_of_start()
    {
        var a = Trace(Span(1, 0, 30), Span(2, 1, 20));
        var b = Trace(Span(2, 1, 20), Span(3, 1, 10), Span(2, 1, 20, Otlp.Span.Types.SpanKind.Server));
        var merged = TraceMerge.Combine([a, b]);
        var spans = merged.ResourceSpans.ShouldHaveSingleItem().ScopeSpans.ShouldHaveSingleItem().Spans;
        spans.Select(s => (s.SpanId[0], s.StartTimeUnixNano)).ShouldBe([((byte)3, 10UL), ((byte)2, 20UL), ((byte)2, 20UL), ((byte)1, 30UL)]);
        a.ResourceSpans[0].ScopeSpans[0].Spans.Count.ShouldBe(2);
        TraceMerge.Combine([]).ResourceSpans.ShouldBeEmpty();
    }

    [Fact]
    public void Numbers_nest_as_the_spans_do()
    {
        var set = new NestedSet([Span(1, 0), Span(2, 1), Span(3, 1), Span(4, 2), Span(9, 8)]);
        set.Left.ShouldBe([1, 2, 6, 3, 0]);
        set.Right.ShouldBe([8, 5, 7, 4, 0]);
        set.Parent.ShouldBe([-1, 1, 1, 2, 0]);
    }

    [Fact]
    public void Cycles_missing_roots_and_ids_used_thrice_get_no_numbers()
    {
        new NestedSet([Span(1, 0), Span(2, 3), Span(3, 2), Span(4, 4)]).Left.ShouldBe([1, 0, 0, 0]);
        new NestedSet([Span(2, 1), Span(3, 2)]).Left.ShouldBe([0, 0]);
        new NestedSet([Span(1, 0), Span(2, 1), Span(2, 1), Span(2, 1)]).Left.ShouldBe([0, 0, 0, 0]);
    }

    [Fact]
    public void A_server_that_shares_the_clients_id_is_numbered_below_it()
    {
        var set = new NestedSet([Span(1, 0), Span(2, 1, kind: Otlp.Span.Types.SpanKind.Client), Span(2, 2, kind: Otlp.Span.Types.SpanKind.Server), Span(3, 2)]);
        set.Parent.ShouldBe([-1, set.Left[0], set.Left[1], set.Left[2]]);
    }

    [Fact]
    public void Deep_nesting_is_numbered_without_recursion()
    {
        const int depth = 20_000;
        var spans = Enumerable.Range(1, depth).Select(i => new Span
        {
            SpanId = ByteString.CopyFrom(BitConverter.GetBytes(i)),
            ParentSpanId = i == 1 ? ByteString.Empty : ByteString.CopyFrom(BitConverter.GetBytes(i - 1)),
        }).ToList();
        new NestedSet(spans).Right[0].ShouldBe(2 * depth);
    }

    private static Span Span(byte id, byte parent, ulong start = 1, Span.Types.SpanKind kind = Otlp.Span.Types.SpanKind.Internal) => new()
    {
        SpanId = ByteString.CopyFrom(id, 0, 0, 0, 0, 0, 0, 0),
        ParentSpanId = parent == 0 ? ByteString.Empty : ByteString.CopyFrom(parent, 0, 0, 0, 0, 0, 0, 0),
        StartTimeUnixNano = start,
        Kind = kind,
    };

    private static TracesData Trace(params Span[] spans) =>
        new() { ResourceSpans = { new ResourceSpans { Resource = new Resource(), ScopeSpans = { new ScopeSpans { Spans = { spans } } } } } };
}
