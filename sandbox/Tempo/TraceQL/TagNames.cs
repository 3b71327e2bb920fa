using Google.Protobuf.Collections;
using TempoCos.Otlp;
using TempoCos.Tempo.TraceQL.Fetching;
using TempoCos.Tempo.Wire;
using TempoCos.TempoBlocks.Scanning;

namespace TempoCos.Tempo.TraceQL;

/// <summary>Collects attribute names by scope.</summary>
public sealed class TagNames(TagsRequest request)
{
    private static readonly string[] StaticSpan = ["http.method", "http.status_code", "http.url"];
    private static readonly (string Name, ScanScope Scope)[] ScanScopes =
    [
        ("event", ScanScope.Event), ("instrumentation", ScanScope.Instrumentation), ("link", ScanScope.Link), ("resource", ScanScope.Resource), ("span", ScanScope.Span),
    ];

    private readonly Dictionary<string, SortedSet<string>> _names = Scopes
        .Where(scope => request.Scope.Length == 0 || request.Scope == scope)
        .ToDictionary(scope => scope, _ => new SortedSet<string>(StringComparer.Ordinal));

    public static IReadOnlyList<string> Scopes { get; } = ["event", "instrumentation", "link", "resource", "span"];

    public SpanFilter Filter { get; } = SpanFilter.From(request.Query, null);

    public ulong InspectedBytes { get; set; }

    public void Add(TagNameSet names)
    {
        foreach (var (name, scope) in ScanScopes)
        {
            if (_names.TryGetValue(name, out var known))
            {
                known.UnionWith(names[scope]);
            }
        }
    }

    /// <summary>The columns that there always are are listed whatever the filter says.</summary>
    public void AddStatic(ColumnLayout layout)
    {
        if (_names.TryGetValue("span", out var ofSpans))
        {
            ofSpans.UnionWith(StaticSpan.Where(key => layout.Find(Level.Span, key) is not null));
        }

        if (_names.TryGetValue("resource", out var ofResources))
        {
            ofResources.UnionWith(layout.StaticResource);
        }
    }

    /// <summary>The names on a span. A filter over all scopes joins events and links, and so passes over spans that have only the ones.</summary>
    public void Add(ReceivedSpan span, ColumnLayout layout)
    {
        if (Filter.Query is not null && request.Scope.Length == 0 && span.Span.Events.Count > 0 != span.Span.Links.Count > 0)
        {
            return;
        }

        Add("span", Level.Span, span.Span.Attributes, layout);
        Add("resource", Level.Resource, span.Resource?.Attributes, layout);
        Add("instrumentation", Level.Instrumentation, span.Scope?.Attributes, layout);
        foreach (var item in span.Span.Events)
        {
            Add("event", Level.Event, item.Attributes, layout);
        }

        foreach (var link in span.Span.Links)
        {
            Add("link", Level.Link, link.Attributes, layout);
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

    // With a filter only what stands in the list of keys is found by it.
    private void Add(string scope, Level level, RepeatedField<KeyValue>? attributes, ColumnLayout layout)
    {
        if (_names.TryGetValue(scope, out var names))
        {
            foreach (var attribute in attributes ?? [])
            {
                if (Filter.Query is null || layout.Find(level, attribute.Key) is null)
                {
                    names.Add(attribute.Key);
                }
            }
        }
    }
}
