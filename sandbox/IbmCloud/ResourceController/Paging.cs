using System.Globalization;
using TempoCos.IbmCloud.Hosting;

namespace TempoCos.IbmCloud.ResourceController;

/// <summary>Cuts lists into pages: <c>start</c> is the id of the page's first row.</summary>
public static class Paging
{
    public static Page<T> Cut<T>(HttpContext context, string path, IReadOnlyList<T> rows, Func<T, string> id, int longest)
    {
        var query = context.Request.Query;
        var limit = longest;
        if (query["limit"].ToString() is { Length: > 0 } given)
        {
            if (!int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit < 1)
            {
                throw new ApiException(StatusCodes.Status400BadRequest, "RC-BadRequest", "limit is not a positive number.");
            }

            limit = Math.Min(limit, longest);
        }

        var first = 0;
        if (query["start"].ToString() is { Length: > 0 } start)
        {
            while (first < rows.Count && id(rows[first]) != start)
            {
                first++;
            }
        }

        var page = rows.Skip(first).Take(limit).ToArray();
        string? next = null;
        if (first + page.Length < rows.Count)
        {
            var filters = query.Where(pair => pair.Key is not ("start" or "limit"))
                .Select(pair => $"&{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value.ToString())}");
            next = $"{path}?limit={limit}&start={Uri.EscapeDataString(id(rows[first + page.Length]))}{string.Concat(filters)}";
        }

        return new Page<T>(page.Length, next, page);
    }
}
