using System.Globalization;
using TempoCos.Tempo.TraceQL.Fetching;
using TempoCos.Tempo.Wire;
using TempoCos.TempoBlocks.Scanning;

namespace TempoCos.Tempo.TraceQL;

/// <summary>The older search by tags: substrings of string values, each tag on whichever span has it.</summary>
public sealed class TagConditions
{
    private static readonly string[] Statuses = ["unset", "ok", "error"];
    private readonly SearchRequest _request;
    private readonly FetchTargets _targets = new();
    private readonly StoredValues _stored = new();

    public TagConditions(SearchRequest request)
    {
        _request = request;
        foreach (var (key, _) in request.Tags)
        {
            _ = TargetsOf(key);
        }
    }

    public FetchTargets Targets => _targets;

    /// <summary>Null for any.</summary>
    public ScanPredicate? Duration => _request.MinDurationNanos == 0 ? null
        : new(ScanOperator.GreaterOrEqual, ScanValue.From((long)_request.MinDurationNanos)) { TakesBoundsAsSigned = true };

    public bool Match(ITraceSource trace)
    {
        // A trace that ends before it starts is short, not as long as a wrapped number says.
        var duration = unchecked((long)trace.Duration);
        if ((_request.MinDurationNanos != 0 && duration < (long)_request.MinDurationNanos) || (_request.MaxDurationNanos != 0 && duration > (long)_request.MaxDurationNanos))
        {
            return false;
        }

        foreach (var (key, value) in _request.Tags)
        {
            if (!Match(trace, key, value))
            {
                return false;
            }
        }

        return true;
    }

    private bool Match(ITraceSource trace, string key, string value)
    {
        switch (key)
        {
            case "root.name":
                return Contains(trace.RootSpanName, value);
            case "root.service.name":
                return Contains(trace.RootServiceName, value);
        }

        foreach (var span in trace.Spans)
        {
            foreach (var target in TargetsOf(key))
            {
                _stored.Clear();
                span.Read(target, _stored);
                for (var i = 0; i < _stored.Count; i++)
                {
                    foreach (var element in _stored.Values(i))
                    {
                        if (Match(key, element, value))
                        {
                            return true;
                        }
                    }
                }
            }
        }

        return false;
    }

    private static bool Match(string key, Static value, string wanted) => value.Type switch
    {
        StaticType.String => Contains(value.Text, wanted),
        StaticType.Status => Array.IndexOf(Statuses, wanted) is >= 0 and var code && value.Code == code,
        // The one number with a column of its own.
        StaticType.Int => key == "http.status_code" && value.Integer.ToString(CultureInfo.InvariantCulture) == wanted,
        _ => false,
    };

    private FetchTarget[] TargetsOf(string key) => key switch
    {
        "name" => [_targets.Intrinsic(Level.Span, Intrinsic.Name)],
        "status.code" => [_targets.Intrinsic(Level.Span, Intrinsic.Status)],
        "root.name" or "root.service.name" => [],
        _ => [_targets.Attribute(Level.Span, key), _targets.Attribute(Level.Resource, key)],
    };

    private static bool Contains(string text, string part) => text.Contains(part, StringComparison.Ordinal);
}
