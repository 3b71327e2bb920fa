using CsCheck;
using Google.Protobuf;
using TempoCos.Otlp;

namespace TempoCos.Traces.Tests;

public sealed class TraceSourceTests
{
    private const string RunId = "r3k9x0a2bq";
    private static readonly DateTimeOffset Base = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void The_first_hundred_traces_are_the_same_on_every_machine()
    {
        using var hash = new TraceHash();
        foreach (var trace in Traces(42, 100))
        {
            hash.Add(trace);
        }

        hash.ToString().ShouldBe("sha256:fabc6a80f4d03605afcab9220b55940d7cb1258ca2499832fc7094befb1209cd");
        TraceSource.TraceId(42, RunId, 0).ToBase64().ShouldBe("7nMe4l/RhKZeEIACQKsIIA==");
    }

    [Fact]
    public void Another_seed_another_run_and_another_base_give_another_hash()
    {
        string[] hashes =
        [
            HashOf(TraceSource.Generate(TraceProfile.Shop, 1, Base, RunId, 0)),
            HashOf(TraceSource.Generate(TraceProfile.Shop, 2, Base, RunId, 0)),
            HashOf(TraceSource.Generate(TraceProfile.Shop, 1, Base, "r0000000000", 0)),
            HashOf(TraceSource.Generate(TraceProfile.Shop, 1, Base.AddTicks(1), RunId, 0)),
            HashOf(TraceSource.Generate(TraceProfile.Shop, 1, Base, RunId, 1)),
        ];
        hashes.Distinct().Count().ShouldBe(hashes.Length);
    }

    [Fact]
    public void The_hash_of_the_traces_is_the_hash_of_one_message_that_holds_them_all()
    {
        using var hash = new TraceHash();
        var all = new TracesData();
        foreach (var trace in Traces(7, 5))
        {
            hash.Add(trace);
            all.MergeFrom(trace);
        }

        hash.ToString().ShouldBe(HashOf(all));
    }

    [Fact]
    public void Every_trace_of_any_seed_is_a_well_formed_tree() =>
        Gen.Select(Gen.ULong, Gen.Long[0, 1_000_000]).Sample((seed, index) =>
        {
            var trace = TraceSource.Generate(TraceProfile.Shop, seed, Base, RunId, index);
            var spans = Spans(trace).ToList();
            var ids = spans.Select(span => span.SpanId).ToHashSet();
            var start = spans.Min(span => span.StartTimeUnixNano);
            return spans.Count is >= 5 and <= 20
                && ids.Count == spans.Count
                && spans.All(span => span.TraceId.Equals(TraceSource.TraceId(seed, RunId, index)))
                && spans.Count(span => span.ParentSpanId.IsEmpty) == 1
                && spans.All(span => span.ParentSpanId.IsEmpty || ids.Contains(span.ParentSpanId))
                && spans.All(span => span.EndTimeUnixNano > span.StartTimeUnixNano)
                && start == (ulong)(Base - DateTimeOffset.UnixEpoch).Ticks * 100 + ((ulong)index * 10_000_000)
                && spans.Max(span => span.EndTimeUnixNano) - start < (ulong)TraceProfile.Shop.Longest.Ticks * 100;
        });

    [Fact]
    public void Ids_are_unique_in_a_run_and_never_zero()
    {
        var traceIds = new HashSet<ByteString>();
        var spanIds = new HashSet<ByteString>();
        foreach (var trace in Traces(3, 2_000))
        {
            var spans = Spans(trace).ToList();
            traceIds.Add(spans[0].TraceId).ShouldBeTrue();
            spans.ShouldAllBe(span => spanIds.Add(span.SpanId));
        }

        traceIds.ShouldNotContain(id => id.All(unit => unit == 0) || id.Length != 16);
        spanIds.ShouldNotContain(id => id.All(unit => unit == 0) || id.Length != 8);
        traceIds.ShouldContain(id => id[0] < 16, "ids with leading zeros, which Tempo's search strips, must occur");
    }

    [Fact]
    public void The_shop_shows_every_value_type_every_kind_events_links_and_errors()
    {
        var traces = Traces(5, 200).ToList();
        var spans = traces.SelectMany(Spans).ToList();
        var values = spans.SelectMany(span => span.Attributes).Select(attribute => attribute.Value).ToList();
        values.Select(value => value.ValueCase).Distinct().Order().ShouldBe(Enum.GetValues<AnyValue.ValueOneofCase>().Except([AnyValue.ValueOneofCase.None]).Order());
        values.Where(value => value.ArrayValue is not null).SelectMany(value => value.ArrayValue.Values).Select(value => value.ValueCase).Distinct().Count().ShouldBe(4);
        spans.Select(span => span.Kind).Distinct().Count().ShouldBe(5);
        spans.ShouldContain(span => span.Links.Count > 0);
        spans.ShouldContain(span => span.Events.Count > 0);
        spans.ShouldContain(span => span.Status != null && span.Status.Code == Status.Types.StatusCode.Error && span.Status.Message.Length > 0);
        traces.SelectMany(trace => trace.ResourceSpans).Select(ServiceName).Distinct().Count().ShouldBe(7);
    }

    [Fact]
    public void Nothing_is_in_the_shop_that_Tempo_cuts_or_loses()
    {
        foreach (var resource in Traces(6, 500).SelectMany(trace => trace.ResourceSpans))
        {
            ServiceName(resource).ShouldNotBeEmpty();
            var everything = resource.ScopeSpans.SelectMany(scope => scope.Spans).SelectMany(span => span.Attributes
                .Concat(span.Events.SelectMany(happened => happened.Attributes))
                .Concat(span.Links.SelectMany(link => link.Attributes))).Concat(resource.Resource.Attributes);
            everything.ShouldAllBe(attribute => attribute.CalculateSize() < 2048 && attribute.Key.Length > 0);
            resource.Resource.Attributes.Select(attribute => attribute.Key).ShouldBeUnique();
            resource.ScopeSpans.SelectMany(scope => scope.Spans).ShouldAllBe(span => span.Attributes.Select(attribute => attribute.Key).Distinct().Count() == span.Attributes.Count);
        }
    }

    internal static IEnumerable<TracesData> Traces(ulong seed, int count) =>
        Enumerable.Range(0, count).Select(index => TraceSource.Generate(TraceProfile.Shop, seed, Base, RunId, index));

    internal static IEnumerable<Span> Spans(TracesData trace) =>
        trace.ResourceSpans.SelectMany(resource => resource.ScopeSpans).SelectMany(scope => scope.Spans);

    private static string ServiceName(ResourceSpans resource) => resource.Resource.Attributes.Single(attribute => attribute.Key == "service.name").Value.StringValue;

    private static string HashOf(TracesData trace)
    {
        using var hash = new TraceHash();
        hash.Add(trace);
        return hash.ToString();
    }
}
