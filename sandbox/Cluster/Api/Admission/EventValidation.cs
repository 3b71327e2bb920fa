using System.Globalization;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Admission;

/// <summary>What is asked of an event: little by the old API, more of those with a time of their own, and all that the new API asks.</summary>
public static class EventValidation
{
    private const int LongestName = 128;
    private const int LongestNote = 1024;

    private static readonly string[] Fixed =
        ["involvedObject", "reason", "message", "source", "firstTimestamp", "lastTimestamp", "count", "type", "eventTime", "action", "related", "reportingComponent", "reportingInstance"];

    /// <summary>By either API.</summary>
    public static IEnumerable<FieldError> Always(JsonObject given)
    {
        var ns = given.Text("metadata", "namespace") ?? "";
        var about = given.Text("involvedObject", "namespace") ?? "";
        if (about.Length == 0 ? ns is not ("default" or "kube-system") : ns != about && IsUnset(given.At("eventTime")))
        {
            yield return FieldError.InvalidValue("involvedObject.namespace", about, "does not match event.namespace");
        }

        if (IsUnset(given.At("eventTime")))
        {
            yield break;
        }

        foreach (var (field, most) in ((string, int)[])[("reportingComponent", int.MaxValue), ("reportingInstance", LongestName), ("action", LongestName), ("reason", LongestName)])
        {
            var text = given.Text(field) ?? "";
            if (text.Length == 0)
            {
                yield return FieldError.Required(field);
            }
            else if (text.Length > most)
            {
                yield return FieldError.InvalidValue(field, "", $"can have at most {most} characters");
            }
        }

        if (given.Text("message") is { Length: > LongestNote })
        {
            yield return FieldError.InvalidValue("message", "", $"can have at most {LongestNote} characters");
        }
    }

    /// <summary>By the new API: what is made has a time and nothing of the old kind; what is changed is its series.</summary>
    public static IEnumerable<FieldError> Strict(JsonObject given, JsonObject? live)
    {
        if (live is null || !JsonNode.DeepEquals(given.At("series"), live.At("series")))
        {
            if (given.At("series") is JsonObject series)
            {
                if ((series.Number("count") ?? 0) < 2)
                {
                    yield return FieldError.InvalidValue("series.count", "", "should be at least 2");
                }

                if (IsUnset(series.At("lastObservedTime")))
                {
                    yield return FieldError.Required("series.lastObservedTime");
                }
            }
        }

        if (live is not null)
        {
            foreach (var field in Fixed.Where(field => !IsSame(given.At(field), live.At(field))))
            {
                yield return FieldError.Immutable(field, given.At(field)?.ToJsonString() ?? "null");
            }

            yield break;
        }

        if (IsUnset(given.At("eventTime")))
        {
            yield return FieldError.Required("eventTime");
        }

        if (given.Text("type") is not ("Normal" or "Warning"))
        {
            yield return FieldError.InvalidValue("type", "", $"has invalid value: {given.Text("type")}");
        }

        foreach (var field in (string[])["firstTimestamp", "lastTimestamp", "count", "source"])
        {
            if (!IsUnset(given.At(field)))
            {
                yield return FieldError.InvalidValue(field, "", "needs to be unset");
            }
        }
    }

    private static bool IsUnset(JsonNode? value) => value switch
    {
        null or JsonObject { Count: 0 } => true,
        JsonObject map => map.All(field => IsUnset(field.Value)),
        JsonValue scalar => scalar.Text() is "" || scalar.Number() is 0,
        _ => false,
    };

    /// <summary>Times are the same whatever their form.</summary>
    private static bool IsSame(JsonNode? one, JsonNode? other) =>
        (IsUnset(one) && IsUnset(other)) || JsonNode.DeepEquals(one, other)
        || (DateTimeOffset.TryParse(one.Text(), CultureInfo.InvariantCulture, out var first) && DateTimeOffset.TryParse(other.Text(), CultureInfo.InvariantCulture, out var second) && first == second);
}
