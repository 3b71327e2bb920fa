using Google.Protobuf.Collections;
using TempoCos.Otlp;
using TempoCos.Tempo.TraceQL.Fetching;
using TempoCos.Tempo.Wire;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.TraceQL;

/// <summary>Collects attribute names by scope.</summary>
public sealed class TagNames(TagsRequest request)
{
    public static IReadOnlyList<string> Scopes { get; } = ["event", "instrumentation", "link", "resource", "span"];

    private readonly SpanFilter _filter = SpanFilter.From(request.Query);
    private readonly Dictionary<string, SortedSet<string>> _names = Scopes
        .Where(scope => request.Scope.Length == 0 || request.Scope == scope)
        .ToDictionary(scope => scope, _ => new SortedSet<string>(StringComparer.Ordinal));

    public ulong InspectedBytes { get; private set; }

    public void Inspect(TraceRecord record)
    {
        var trace = new ReceivedTrace(record, ColumnLayout.Default);
        if (!trace.Overlaps(request.Start, request.End))
        {
            return;
        }

        InspectedBytes += (ulong)record.Trace.CalculateSize();
        foreach (var span in trace.Spans.Where(_filter.Matches).Cast<ReceivedSpan>())
        {
            Add("span", span.Span.Attributes);
            Add("resource", span.Resource?.Attributes);
            Add("instrumentation", span.Scope?.Attributes);
            foreach (var item in span.Span.Events)
            {
                Add("event", item.Attributes);
            }

            foreach (var link in span.Span.Links)
            {
                Add("link", link.Attributes);
            }
        }
    }

    public void Add(TagsResponse response)
    {
        InspectedBytes += response.InspectedBytes;
        foreach (var scope in response.Scopes)
        {
            _names[scope.Name].UnionWith(scope.Tags);
        }
    }

    public TagsResponse ToResponse() => new()
    {
        InspectedBytes = InspectedBytes,
        Scopes = { _names.Where(pair => pair.Value.Count > 0).Select(pair => new TagScope { Name = pair.Key, Tags = { pair.Value } }) },
    };

    private void Add(string scope, RepeatedField<KeyValue>? attributes)
    {
        if (_names.TryGetValue(scope, out var names))
        {
            foreach (var attribute in attributes ?? [])
            {
                names.Add(attribute.Key);
            }
        }
    }
}
