using TempoCos.Tempo.TraceQL.Fetching;
using TempoCos.Tempo.Wire;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.TraceQL;

/// <summary>Collects the distinct values of one attribute, up to a number of bytes.</summary>
public sealed class TagValues(TagValuesRequest request)
{
    private readonly Attribute _attribute = ParseIdentifier(request.Tag);
    private readonly SpanFilter _filter = SpanFilter.From(request.Query);
    private readonly HashSet<(string Type, string Value)> _values = [];
    private long _bytes;

    public ulong InspectedBytes { get; private set; }

    public static Attribute ParseIdentifier(string tag)
    {
        try
        {
            return Query.ParseIdentifier(tag);
        }
        catch (TraceQLException exception)
        {
            throw new TraceQLException($"please provide a valid tagName: {exception.Message}");
        }
    }

    public void Inspect(TraceRecord record)
    {
        var trace = new ReceivedTrace(record, ColumnLayout.Default);
        if (!trace.Overlaps(request.Start, request.End))
        {
            return;
        }

        InspectedBytes += (ulong)record.Trace.CalculateSize();
        foreach (var span in trace.Spans.Where(_filter.Matches))
        {
            foreach (var level in FetchTargets.LevelsOf(_attribute))
            {
                var stored = new StoredValues();
                span.Read(new(0, level, _attribute.Intrinsic == Intrinsic.None ? _attribute.Name : "", _attribute.Intrinsic), stored);
                for (var i = 0; i < stored.Count; i++)
                {
                    foreach (var value in stored.Values(i))
                    {
                        Add(Name(value.Type), value.Type is StaticType.Duration or StaticType.Status or StaticType.Kind ? $"{value.Code}" : value.Display);
                    }
                }
            }
        }
    }

    public void Add(TagValuesResponse response)
    {
        InspectedBytes += response.InspectedBytes;
        foreach (var value in response.Values)
        {
            Add(value.Type, value.Value);
        }
    }

    public TagValuesResponse ToResponse() => new()
    {
        InspectedBytes = InspectedBytes,
        Values = { _values.Order().Select(value => new TagValue { Type = value.Type, Value = value.Value }) },
    };

    private void Add(string type, string value)
    {
        if ((request.MaxBytes == 0 || _bytes + value.Length <= request.MaxBytes) && _values.Add((type, value)))
        {
            _bytes += value.Length;
        }
    }

    private static string Name(StaticType type) => type switch
    {
        StaticType.Float => "float",
        StaticType.Boolean => "bool",
        StaticType.String => "string",
        _ => "int",
    };
}
