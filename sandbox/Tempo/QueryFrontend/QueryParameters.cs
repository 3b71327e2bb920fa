using System.Globalization;
using TempoCos.Tempo.Http;

namespace TempoCos.Tempo.QueryFrontend;

/// <summary>Query parameters with the error texts of Tempo.</summary>
public static class QueryParameters
{
    public static string Text(HttpContext context, string name) => context.Request.Query[name].FirstOrDefault() ?? "";

    /// <summary>Unix seconds, or 0 when absent.</summary>
    public static uint Seconds(HttpContext context, string name)
    {
        var text = Text(context, name);
        return text.Length == 0 ? 0
            : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= 0 ? (uint)value
            : throw HttpFailureException.BadRequest($"invalid {name}: {NotANumber("ParseInt", text)}");
    }

    /// <summary>Like <see cref="Seconds"/>, as tag listings put the error.</summary>
    public static uint RangeSeconds(HttpContext context, string name)
    {
        var text = Text(context, name);
        return text.Length == 0 || (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= 0)
            ? Seconds(context, name)
            : throw HttpFailureException.BadRequest($"error parsing date range: could not parse '{name}' parameter: {NotANumber("ParseInt", text)}");
    }

    public static int? Number(HttpContext context, string name)
    {
        var text = Text(context, name);
        return text.Length == 0 ? null
            : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value
            : throw HttpFailureException.BadRequest($"invalid {name}: {NotANumber("Atoi", text)}");
    }

    public static string NotANumber(string function, string text) =>
        $"strconv.{function}: parsing \"{text}\": {(text.AsSpan().TrimStart('-').ContainsAnyExceptInRange('0', '9') || text.Length == 0 ? "invalid syntax" : "value out of range")}";

    public static void CheckRange(uint start, uint end)
    {
        if ((start != 0 || end != 0) && start >= end)
        {
            throw HttpFailureException.BadRequest($"http parameter start must be before end. received start={start} end={end}");
        }
    }
}
