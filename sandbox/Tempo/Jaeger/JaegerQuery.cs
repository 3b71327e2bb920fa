using System.Globalization;
using System.Text;
using System.Text.Json;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Http;

namespace TempoCos.Tempo.Jaeger;

/// <summary>A search of Jaeger's HTTP API, and what it is in TraceQL. Times are Unix microseconds.</summary>
public sealed record JaegerQuery(string Service, string Operation, long Start, long End, int Limit, long MinDuration, long MaxDuration, IReadOnlyList<KeyValuePair<string, string>> Tags)
{
    private static readonly TimeSpan DefaultLookback = TimeSpan.FromDays(2);

    public static JaegerQuery Parse(HttpContext context, DateTimeOffset now)
    {
        var query = context.Request.Query;
        var service = Text("service");
        if (service.Length == 0)
        {
            throw HttpFailureException.BadRequest("parameter 'service' is required");
        }

        var end = Microseconds("end", now.ToUnixTimeMilliseconds() * 1000);
        return new(
            service,
            Text("operation"),
            Microseconds("start", end - (long)DefaultLookback.TotalMicroseconds),
            end,
            Text("limit") is { Length: > 0 } limit ? (int)Number("limit", limit) : 100,
            Duration("minDuration"),
            Duration("maxDuration"),
            [.. JsonTags(Text("tags")), .. query["tag"].OfType<string>().Select(Pair)]);

        string Text(string name) => query[name].FirstOrDefault() ?? "";

        long Microseconds(string name, long fallback) => Text(name) is { Length: > 0 } text ? Number(name, text) : fallback;

        long Duration(string name) => Text(name) is not { Length: > 0 } text ? 0
            : GoDuration.TryParseNanos(text, out var nanos) ? nanos
            : throw HttpFailureException.BadRequest($"unable to parse param '{name}': time: invalid duration \"{text}\"");
    }

    /// <summary>One span has to satisfy service, operation and tags; durations are the span's, as in Jaeger's own storages.</summary>
    public string ToQueryString()
    {
        var conditions = new StringBuilder($"resource.service.name = {Quote(Service)}");
        if (Operation.Length > 0)
        {
            conditions.Append($" && name = {Quote(Operation)}");
        }

        if (MinDuration > 0)
        {
            conditions.Append(CultureInfo.InvariantCulture, $" && duration >= {MinDuration}ns");
        }

        if (MaxDuration > 0)
        {
            conditions.Append(CultureInfo.InvariantCulture, $" && duration <= {MaxDuration}ns");
        }

        foreach (var (key, value) in Tags)
        {
            conditions.Append(" && ").Append(Condition(key, value));
        }

        var (start, end) = (Start / 1_000_000, (End + 999_999) / 1_000_000);
        return $"q={Uri.EscapeDataString($"{{ {conditions} }}")}&start={start}&end={Math.Max(end, start + 1)}&limit={Limit}&spss=1";
    }

    private static string Condition(string key, string value)
    {
        if (key == "error")
        {
            return value == "true" ? "status = error" : "status != error";
        }

        if (key == "span.kind" && value is "internal" or "server" or "client" or "producer" or "consumer")
        {
            return $"kind = {value}";
        }

        // A tag is text in Jaeger; in Tempo the attribute may be a number or a bool.
        var attribute = "." + Quote(key);
        var alternatives = new List<string> { $"{attribute} = {Quote(value)}" };
        if (long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer))
        {
            alternatives.Add(string.Create(CultureInfo.InvariantCulture, $"{attribute} = {integer}"));
        }
        else if (double.TryParse(value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            alternatives.Add(string.Create(CultureInfo.InvariantCulture, $"{attribute} = {number:0.0###############}"));
        }
        else if (value is "true" or "false")
        {
            alternatives.Add($"{attribute} = {value}");
        }

        return $"({string.Join(" || ", alternatives)})";
    }

    private static string Quote(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"";

    private static KeyValuePair<string, string> Pair(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 ? new(text[..colon], text[(colon + 1)..]) : throw HttpFailureException.BadRequest($"malformed 'tag' parameter, expecting key:value, received: {text}");
    }

    private static IEnumerable<KeyValuePair<string, string>> JsonTags(string text)
    {
        if (text.Length == 0)
        {
            return [];
        }

        try
        {
            using var json = JsonDocument.Parse(text);
            return [.. json.RootElement.EnumerateObject().Select(tag => new KeyValuePair<string, string>(tag.Name, tag.Value.ValueKind == JsonValueKind.String ? tag.Value.GetString()! : tag.Value.GetRawText()))];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw HttpFailureException.BadRequest($"malformed 'tags' parameter, cannot unmarshal JSON: {exception.Message}");
        }
    }

    private static long Number(string name, string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw HttpFailureException.BadRequest($"unable to parse param '{name}': strconv.ParseInt: parsing \"{text}\": invalid syntax");
}
