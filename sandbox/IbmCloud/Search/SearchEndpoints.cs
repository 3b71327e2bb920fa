using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using TempoCos.IbmCloud.Faults;
using TempoCos.IbmCloud.Hosting;
using TempoCos.IbmCloud.Iam;

namespace TempoCos.IbmCloud.Search;

/// <summary>Global Search: <c>POST /v3/resources/search</c>.</summary>
public sealed class SearchEndpoints(CallerIdentity callers, SearchIndex index, FaultGate faults)
{
    private const int PresetLimit = 10;
    private const int LargestLimit = 1000;

    public async Task HandleAsync(HttpContext context, string[] path)
    {
        try
        {
            await faults.PassAsync(context);
            var caller = callers.Of(context) ?? throw new ApiException(StatusCodes.Status401Unauthorized, "unauthorized", "The token is missing, invalid or expired.");
            if (!HttpMethods.IsPost(context.Request.Method) || path is not ["v3", "resources", "search"])
            {
                throw new ApiException(StatusCodes.Status404NotFound, "not_found", "The requested path does not exist.");
            }

            await SearchAsync(context, caller);
        }
        catch (ApiException refusal)
        {
            await GlobalSearchError.WriteAsync(context, refusal);
        }
    }

    private async Task SearchAsync(HttpContext context, IamIdentity caller)
    {
        var request = await context.ReadOptionalJsonAsync(SearchJson.Default.SearchRequest) ?? new SearchRequest(null, null, null);
        var search = request.SearchCursor is { Length: > 0 } cursor ? Decode(cursor) : new SearchCursor(request.Query ?? "*", request.Fields, "");
        var limit = LimitOf(context);
        var reclaimed = context.Request.Query["is_reclaimed"].ToString() switch
        {
            "" or "false" => false,
            "true" => true,
            "any" => (bool?)null,
            var other => throw BadRequest($"is_reclaimed {other} is not one of false, true, any."),
        };

        Func<SearchDocument, bool> condition;
        try
        {
            condition = SearchQuery.Parse(search.Query);
        }
        catch (FormatException exception)
        {
            throw BadRequest($"The query {search.Query} cannot be read: {exception.Message}.");
        }

        // The service ID of a key sees none of the account's resources.
        var found = (caller.IsServiceId ? [] : index.Documents(caller.AccountId))
            .Where(document => (reclaimed is null || document.IsReclaimed == reclaimed) && condition(document) && string.CompareOrdinal(document.Crn, search.AfterCrn) > 0)
            .Take(limit)
            .ToArray();
        var answer = new JsonObject
        {
            ["items"] = new JsonArray([.. found.Select(document => (JsonNode)document.Show(search.Fields))]),
            ["limit"] = limit,
        };
        if (found.Length > 0)
        {
            var next = search with { AfterCrn = found[^1].Crn };
            answer["search_cursor"] = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(next, SearchJson.Default.SearchCursor));
        }

        await context.WriteJsonAsync(StatusCodes.Status200OK, answer, SearchJson.Default.JsonObject);
    }

    private static int LimitOf(HttpContext context) =>
        context.Request.Query["limit"].ToString() is not { Length: > 0 } text ? PresetLimit
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is > 0 and <= LargestLimit ? limit
            : throw BadRequest($"limit {text} is not a number from 1 to {LargestLimit}.");

    private static SearchCursor Decode(string cursor)
    {
        try
        {
            return JsonSerializer.Deserialize(Base64Url.DecodeFromChars(cursor), SearchJson.Default.SearchCursor) ?? throw new FormatException();
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            throw BadRequest("search_cursor is not one that a search has given.");
        }
    }

    private static ApiException BadRequest(string message) => new(StatusCodes.Status400BadRequest, "bad_request", message);
}
