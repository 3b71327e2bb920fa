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
        Spans(merged).ShouldBe(["3@10", "2@20 Server", "2@20", "1@30"]);
        merged.ResourceSpans.Count.ShouldBe(2);
        a.ResourceSpans[0].ScopeSpans[0].Spans.Count.ShouldBe(2);
        TraceMerge.Combine([]).ResourceSpans.ShouldBeEmpty();
    }

    [Fact]
    public void A_part_alone_stays_as_it_is_and_what_the_first_or_last_part_repeats_within_itself_stays()
    {
        var alone = Trace(Span(1, 0, 30), Span(1, 0, 10));
        TraceMerge.Combine([alone]).ShouldBeSameAs(alone);
        Spans(TraceMerge.Combine([alone, Trace(Span(3, 1, 5), Span(3, 1, 5))])).ShouldBe(["3@5", "3@5", "1@10", "1@30"]);
        Spans(TraceMerge.Combine([alone, Trace(Span(3, 1, 5), Span(3, 1, 5)), Trace(Span(4, 1, 6))])).ShouldBe(["3@5", "4@6", "1@10", "1@30"]);
    }

    [Fact]
    public void The_root_is_the_last_span_without_a_parent()
    {
        var trace = Trace(Span(1, 0), Span(2, 0), Span(3, 1));
        trace.ResourceSpans[0].Resource.Attributes.Add(new KeyValue { Key = "service.name", Value = new AnyValue { StringValue = "s" } });
        trace.ResourceSpans[0].ScopeSpans[0].Spans[1].Name = "second";
        TraceRoot.Of(default, trace).ShouldBe(new TraceRoot("s", "second"));
        trace.ResourceSpans[0].Resource = null;
        TraceRoot.Of(default, trace).ShouldBe(new TraceRoot("", "second"));
        TraceRoot.Of(default, Trace(Span(3, 1))).ShouldBe(TraceRoot.None);
    }

    [Fact]
    public void Attributes_are_ordered_by_the_bytes_of_their_keys()
    {
        string[] keys = ["z", "a", "\ud83c\udf89", "\uffee", "\u00e9", "ab", "", "a"];
        var attributes = keys.Select((k, i) => new KeyValue { Key = k, Value = new AnyValue { IntValue = i } }).ToList();
        AttributeOrder.Sort(attributes);
        attributes.Select(a => a.Key).ShouldBe(keys.OrderBy(k => Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(k)), StringComparer.Ordinal));
        attributes.Where(a => a.Key == "a").Select(a => a.Value.IntValue).ShouldBe([1, 7]);
    }

    [Fact]
    public void Numbers_nest_as_the_spans_do()
    {
        var set = Numbered([Span(1, 0), Span(2, 1), Span(3, 1), Span(4, 2), Span(9, 8)]);
        set.Left.ToArray().ShouldBe([1, 2, 6, 3, 0]);
        set.Right.ToArray().ShouldBe([8, 5, 7, 4, 0]);
        set.Parent.ToArray().ShouldBe([-1, 1, 1, 2, 0]);
    }

    [Fact]
    public void Cycles_missing_roots_and_ids_used_thrice_get_no_numbers()
    {
        Numbered([Span(1, 0), Span(2, 3), Span(3, 2), Span(4, 4)]).Left.ToArray().ShouldBe([1, 0, 0, 0]);
        Numbered([Span(2, 1), Span(3, 2)]).Left.ToArray().ShouldBe([0, 0]);
        Numbered([Span(1, 0), Span(2, 1), Span(2, 1), Span(2, 1)]).Left.ToArray().ShouldBe([0, 0, 0, 0]);
    }

    [Fact]
    public void A_server_that_shares_the_clients_id_is_numbered_below_it()
    {
        var set = Numbered([Span(1, 0), Span(2, 1, kind: Otlp.Span.Types.SpanKind.Client), Span(2, 2, kind: Otlp.Span.Types.SpanKind.Server), Span(3, 2)]);
        set.Parent.ToArray().ShouldBe([-1, set.Left[0], set.Left[1], set.Left[2]]);
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
        Numbered(spans).Right[0].ShouldBe(2 * depth);
    }

    private static NestedSet Numbered(List<Span> spans)
    {
        // A set that was used before, for another and larger trace.
        var set = new NestedSet();
        set.Assign([Span(7, 0), .. spans, Span(8, 7)]);
        set.Assign(spans);
        return set;
    }

    private static IEnumerable<string> Spans(TracesData trace) => trace.ResourceSpans.SelectMany(r => r.ScopeSpans).SelectMany(s => s.Spans)
        .Select(s => $"{s.SpanId[0]}@{s.StartTimeUnixNano}{(s.Kind == Otlp.Span.Types.SpanKind.Internal ? "" : $" {s.Kind}")}");

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
