using System.Text;
using TempoCos.Tempo.TraceQL.Fetching;
using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.TraceQL;

/// <summary>Collects the distinct values of one attribute, up to a number of bytes.</summary>
public sealed class TagValues
{
    private static readonly string[] Statuses = ["ok", "error", "unset"];
    private static readonly string[] Kinds = ["client", "server", "producer", "consumer", "internal", "unspecified"];
    private readonly TagValuesRequest _request;
    private readonly HashSet<(string Type, string Value)> _values = [];
    private long _bytes;

    public TagValues(TagValuesRequest request)
    {
        _request = request;
        Attribute = ParseIdentifier(request.Tag);
        Filter = SpanFilter.From(request.Query, Attribute);
        if (Filter.Only is { } only)
        {
            Add(only);
        }
    }

    public Attribute Attribute { get; }

    public SpanFilter Filter { get; }

    /// <summary>Reading data would tell nothing more.</summary>
    public bool IsComplete => Filter.FindsNothing || Filter.Only is not null || Attribute.Intrinsic == Intrinsic.Parent || Attribute.OfParent;

    public ulong InspectedBytes { get; set; }

    /// <exception cref="TraceQLException">It is no attribute.</exception>
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

    /// <summary>Of recent data the words for status and kind are listed without looking, and durations not at all. False when it has to be looked at.</summary>
    public bool AddWords()
    {
        var words = Attribute.Intrinsic switch
        {
            Intrinsic.Status => Statuses,
            Intrinsic.Kind => Kinds,
            Intrinsic.Duration or Intrinsic.TraceDuration => [],
            _ => null,
        };
        foreach (var word in words ?? [])
        {
            Add("keyword", word);
        }

        return words is not null;
    }

    /// <summary>False when it has enough.</summary>
    public bool Add(Static value) => value.Type switch
    {
        // Behind a filter these are values of the language, else those of columns; kinds have no name for their type then, as in Tempo.
        StaticType.Duration when Filter.Query is not null => Add("duration", value.Display),
        StaticType.Status when Filter.Query is not null => Add("keyword", value.Display),
        StaticType.Kind when Filter.Query is not null => Add("", ""),
        StaticType.Duration or StaticType.Status or StaticType.Kind => Add("int", $"{value.Code}"),
        StaticType.Int => Add("int", value.Display),
        StaticType.Float => Add("float", value.Display),
        StaticType.Boolean => Add("bool", value.Display),
        StaticType.String => Add("string", Attribute.Intrinsic is Intrinsic.TraceId or Intrinsic.SpanId or Intrinsic.SpanParentId or Intrinsic.LinkTraceId or Intrinsic.LinkSpanId
            ? Bytes(value.Text) : value.Text),
        _ => true,
    };

    /// <summary>What the attribute has on a span.</summary>
    public void Add(ISpanSource span, FetchTargets targets, StoredValues stored)
    {
        foreach (var level in FetchTargets.LevelsOf(Attribute))
        {
            stored.Clear();
            span.Read(Attribute.Intrinsic == Intrinsic.None ? targets.Attribute(level, Attribute.Name) : targets.Intrinsic(level, Attribute.Intrinsic), stored);
            for (var i = 0; i < stored.Count; i++)
            {
                foreach (var value in stored.Values(i))
                {
                    Add(value);
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

    private bool Add(string type, string value)
    {
        if (_request.MaxBytes != 0 && _bytes + value.Length > _request.MaxBytes)
        {
            return false;
        }

        if (_values.Add((type, value)))
        {
            _bytes += value.Length;
        }

        return true;
    }

    // Ids are listed as the bytes that they are, each that makes no character replaced.
    private string Bytes(string hex)
    {
        var length = Attribute.Intrinsic is Intrinsic.TraceId or Intrinsic.LinkTraceId ? 32 : 16;
        var bytes = Convert.FromHexString(hex.PadLeft(length, '0')).AsSpan();
        if (Attribute.Intrinsic == Intrinsic.SpanParentId && bytes.IndexOfAnyExcept((byte)0) < 0)
        {
            return "";
        }

        var text = new StringBuilder();
        while (!bytes.IsEmpty)
        {
            var valid = Rune.DecodeFromUtf8(bytes, out var rune, out var read) == System.Buffers.OperationStatus.Done;
            text.Append(rune);
            bytes = bytes[(valid ? read : 1)..];
        }

        return text.ToString();
    }
}
