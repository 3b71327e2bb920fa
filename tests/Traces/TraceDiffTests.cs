using Google.Protobuf;
using TempoCos.Otlp;
using TempoCos.Traces.Comparison;

namespace TempoCos.Traces.Tests;

public sealed class TraceDiffTests
{
    private static readonly TracesData Expected = TraceSourceTests.Traces(11, 100)
        .First(trace => TraceSourceTests.Spans(trace).Any(span => span.Events.Count > 1) && TraceSourceTests.Spans(trace).Any(span => span.Links.Count > 0));

    public static TheoryData<string, string> Mutations => new()
    {
        { "name", "name" },
        { "parent", "parentSpanId" },
        { "trace id", "traceId" },
        { "trace state", "traceState" },
        { "start", "startTimeUnixNano" },
        { "end", "endTimeUnixNano" },
        { "status code", "status.code" },
        { "status message", "status.message" },
        { "dropped", "droppedAttributesCount" },
        { "attribute value", "attributes[" },
        { "attribute type", "attributes[" },
        { "attribute gone", "attributes[" },
        { "attribute more", "attributes[more]" },
        { "event time", "events[0].timeUnixNano" },
        { "event order", "events[0].name" },
        { "event gone", "events[" },
        { "link id", "links[0].spanId" },
        { "scope version", "scope.version" },
        { "scope attribute", "scope.attributes[" },
        { "resource attribute", "resource.attributes[service.name]" },
    };

    [Fact]
    public void A_trace_equals_itself() => TraceDiff.Compare(Expected, Expected.Clone()).ShouldBeEmpty();

    [Fact]
    public void Order_and_grouping_of_spans_and_order_of_attributes_do_not_count()
    {
        var got = new TracesData();
        foreach (var resource in Expected.Clone().ResourceSpans.Reverse())
        {
            foreach (var scope in resource.ScopeSpans)
            {
                foreach (var span in scope.Spans.Reverse())
                {
                    var attributes = span.Attributes.Reverse().ToList();
                    span.Attributes.Clear();
                    span.Attributes.AddRange(attributes);
                    got.ResourceSpans.Add(new ResourceSpans
                    {
                        Resource = resource.Resource.Clone(),
                        ScopeSpans = { new ScopeSpans { Scope = scope.Scope.Clone(), Spans = { span } } },
                    });
                }
            }
        }

        TraceDiff.Compare(Expected, got).ShouldBeEmpty();
    }

    [Fact]
    public void Unset_status_and_unset_values_are_what_an_empty_message_is()
    {
        var left = new TracesData { ResourceSpans = { new ResourceSpans { ScopeSpans = { new ScopeSpans { Spans = { new Span { Attributes = { new KeyValue { Key = "k" } } } } } } } } };
        var right = new TracesData
        {
            ResourceSpans =
            {
                new ResourceSpans
                {
                    Resource = new Resource(),
                    ScopeSpans = { new ScopeSpans { Scope = new InstrumentationScope(), Spans = { new Span { Status = new Status(), Attributes = { new KeyValue { Key = "k", Value = new AnyValue() } } } } } },
                },
            },
        };
        TraceDiff.Compare(left, right).ShouldBeEmpty();
    }

    [Fact]
    public void Names_missing_extra_and_doubled_spans()
    {
        var got = Expected.Clone();
        var scope = got.ResourceSpans[0].ScopeSpans[0];
        var taken = scope.Spans[0].Clone();
        scope.Spans.RemoveAt(0);
        var missing = TraceDiff.Compare(Expected, got).ShouldHaveSingleItem();
        missing.Kind.ShouldBe(TraceDifferenceKind.MissingSpan);
        missing.SpanId.ShouldBe(Convert.ToHexStringLower(taken.SpanId.Span));
        missing.Expected.ShouldBe(taken.Name);

        TraceDiff.Compare(got, Expected).ShouldHaveSingleItem().Kind.ShouldBe(TraceDifferenceKind.ExtraSpan);

        scope.Spans.AddRange([taken, taken.Clone()]);
        TraceDiff.Compare(Expected, got).ShouldHaveSingleItem().Kind.ShouldBe(TraceDifferenceKind.ExtraSpan);
    }

    [Theory]
    [MemberData(nameof(Mutations))]
    public void Finds_each_changed_field_and_gives_both_values(string mutation, string field)
    {
        var got = Expected.Clone();
        Mutate(got, mutation);
        var difference = TraceDiff.Compare(Expected, got)[0];
        difference.Kind.ShouldBe(TraceDifferenceKind.ChangedField);
        difference.Field.ShouldStartWith(field);
        difference.Expected.ShouldNotBe(difference.Got);
        difference.ToString().ShouldContain(difference.Field);
    }

    private static void Mutate(TracesData trace, string mutation)
    {
        var scope = trace.ResourceSpans[0].ScopeSpans[0];
        var span = scope.Spans[0];
        var spans = TraceSourceTests.Spans(trace).ToList();
        var eventful = spans.First(candidate => candidate.Events.Count > 1);
        switch (mutation)
        {
            case "name": span.Name += "!"; break;
            case "parent": span.ParentSpanId = ByteString.CopyFrom(new byte[8]); break;
            case "trace id": span.TraceId = ByteString.CopyFrom(new byte[16]); break;
            case "trace state": span.TraceState += "x=1"; break;
            case "start": span.StartTimeUnixNano++; break;
            case "end": span.EndTimeUnixNano++; break;
            case "status code": span.Status = new Status { Code = (Status.Types.StatusCode)(((int)(span.Status?.Code ?? 0) + 1) % 3), Message = span.Status?.Message ?? "" }; break;
            case "status message": span.Status = new Status { Code = span.Status?.Code ?? 0, Message = "other" }; break;
            case "dropped": span.DroppedAttributesCount = 1; break;
            case "attribute value": span.Attributes[0].Value.StringValue += "!"; break;
            case "attribute type": span.Attributes[0].Value = new AnyValue { BytesValue = ByteString.CopyFromUtf8(span.Attributes[0].Value.StringValue) }; break;
            case "attribute gone": span.Attributes.RemoveAt(0); break;
            case "attribute more": span.Attributes.Add(new KeyValue { Key = "more", Value = new AnyValue { BoolValue = true } }); break;
            case "event time": eventful.Events[0].TimeUnixNano++; break;
            case "event order": (eventful.Events[0], eventful.Events[1]) = (eventful.Events[1], eventful.Events[0]); eventful.Events[0].TimeUnixNano = 0; eventful.Events[0].TimeUnixNano = Original(eventful).Events[0].TimeUnixNano; break;
            case "event gone": eventful.Events.RemoveAt(eventful.Events.Count - 1); break;
            case "link id": spans.First(candidate => candidate.Links.Count > 0).Links[0].SpanId = ByteString.CopyFrom(new byte[8]); break;
            case "scope version": scope.Scope.Version += "0"; break;
            case "scope attribute": scope.Scope.Attributes[0].Value = new AnyValue { IntValue = 1 }; break;
            case "resource attribute": trace.ResourceSpans[0].Resource.Attributes[0].Value.StringValue = "other"; break;
            default: throw new ArgumentOutOfRangeException(nameof(mutation), mutation, "unknown");
        }
    }

    private static Span Original(Span span) => TraceSourceTests.Spans(Expected).First(candidate => candidate.SpanId.Equals(span.SpanId));
}
