using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using TempoCos.IbmCloud.Hosting;

namespace TempoCos.IbmCloud.ResourceController;

/// <summary>
/// The filters and the page that a list is asked for. A page token carries the filters of the first page: others that come with it are ignored.
/// </summary>
public sealed class ListQuery
{
    private readonly Dictionary<string, string> _filters;
    private readonly PageToken? _start;
    private readonly int _limit;

    private ListQuery(Dictionary<string, string> filters, PageToken? start, int limit)
    {
        _filters = filters;
        _start = start;
        _limit = limit;
    }

    /// <summary>Reads the query; status 400 for a limit or a token that is none.</summary>
    public static ListQuery Of(HttpContext context, int longest)
    {
        var query = context.Request.Query;
        var limit = longest;
        if (query["limit"].ToString() is { Length: > 0 } given)
        {
            limit = int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) && wanted > 0
                ? Math.Min(wanted, longest)
                : throw BadRequest($"limit {given} is not a positive number");
        }

        if (query["start"].ToString() is { Length: > 0 } token)
        {
            var start = Decode(token);
            return new ListQuery(start.Filters, start, limit);
        }

        return new ListQuery(query.Where(pair => pair.Key != "limit").ToDictionary(pair => pair.Key, pair => pair.Value.ToString()), null, limit);
    }

    /// <summary>The filter's value; empty when it is not given.</summary>
    public string this[string name] => _filters.GetValueOrDefault(name, "");

    /// <summary>Whether the filter is not given or equals the value.</summary>
    public bool Matches(string name, string? value) => this[name] is var wanted && (wanted.Length == 0 || wanted == value);

    /// <summary>Whether the time is within <c>updated_from</c> and <c>updated_to</c>, both days included.</summary>
    public bool IsWithin(DateTimeOffset? updated) => (Day("updated_from") is not { } from || updated >= from) && (Day("updated_to") is not { } to || updated < to.AddDays(1));

    /// <summary>Cuts the page out of all rows, which come in the order of creation.</summary>
    public Page<T> Cut<T>(string path, IEnumerable<T> rows, Func<T, DateTimeOffset> created, Func<T, string> id)
    {
        var rest = rows
            .OrderBy(created).ThenBy(id, StringComparer.Ordinal)
            .SkipWhile(row => _start is not null && Compare(created(row), id(row), _start) < 0)
            .Take(_limit + 1)
            .ToList();
        var page = rest.Take(_limit).ToArray();
        if (rest.Count <= _limit)
        {
            return new Page<T>(page.Length, null, page);
        }

        var next = new PageToken(created(rest[^1]).UtcTicks, id(rest[^1]), _filters);
        var token = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(next, ControlPlaneJson.Default.PageToken));
        return new Page<T>(page.Length, string.Create(CultureInfo.InvariantCulture, $"{path}?limit={_limit}&start={token}"), page);
    }

    private DateTimeOffset? Day(string name) =>
        this[name] is not { Length: > 0 } text ? null
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var day) ? day
            : throw BadRequest($"{name} {text} is not a date");

    private static int Compare(DateTimeOffset created, string id, PageToken start) =>
        created.UtcTicks != start.CreatedTicks ? created.UtcTicks.CompareTo(start.CreatedTicks) : string.CompareOrdinal(id, start.Id);

    private static PageToken Decode(string token)
    {
        try
        {
            return JsonSerializer.Deserialize(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token)), ControlPlaneJson.Default.PageToken) ?? throw new FormatException();
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            throw BadRequest("start is not a page token of this list");
        }
    }

    private static ApiException BadRequest(string message) => new(StatusCodes.Status400BadRequest, ResourceControllerError.BadRequest, message);
}
