using System.Globalization;
using System.Text.Json.Nodes;
using TempoCos.IbmCloud.Faults;
using TempoCos.IbmCloud.Hosting;
using TempoCos.IbmCloud.Iam;
using TempoCos.IbmCloud.Traffic;

namespace TempoCos.IbmCloud.Tags;

/// <summary>Global Tagging: <c>/v3/tags</c>. User tags only; the account has no access or service tags.</summary>
public sealed class TagEndpoints(CallerIdentity callers, TagStore tags, FaultGate faults)
{
    private const int LongestName = 128;
    private const int MostNames = 100;
    private const int LongestPage = 1000;

    public async Task HandleAsync(HttpContext context, string[] path)
    {
        try
        {
            await faults.PassAsync(context);
            var caller = callers.Of(context) ?? throw new ApiException(StatusCodes.Status401Unauthorized, "unauthorized", "The token is missing, invalid or expired.");
            if (caller.IsServiceId)
            {
                throw new ApiException(StatusCodes.Status403Forbidden, "forbidden", "The service ID may not tag resources of the account.");
            }

            await ((context.Request.Method, path) switch
            {
                ("GET", ["v3", "tags"]) => ListAsync(context),
                ("POST", ["v3", "tags", "attach"]) => ChangeAsync(context, attach: true),
                ("POST", ["v3", "tags", "detach"]) => ChangeAsync(context, attach: false),
                ("DELETE", ["v3", "tags"]) => DeleteUnattachedAsync(context),
                ("DELETE", ["v3", "tags", var name]) => DeleteAsync(context, name),
                _ => throw new ApiException(StatusCodes.Status404NotFound, "not_found", "The requested path does not exist."),
            });
        }
        catch (ApiException refusal)
        {
            await GlobalSearchError.WriteAsync(context, refusal);
        }
    }

    private Task ListAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var offset = Number("offset", 0, int.MaxValue);
        var limit = Number("limit", 100, LongestPage);
        var attachedTo = query["attached_to"].ToString();
        var names = TypeOf(context) != "user" ? [] : attachedTo.Length > 0 ? tags.Of(attachedTo) : tags.Names;
        if (query["attached_only"] == "true")
        {
            names = names.Where(tags.IsAttached);
        }

        names = query["order_by_name"].ToString() == "desc" ? names.OrderDescending(StringComparer.OrdinalIgnoreCase) : names.Order(StringComparer.OrdinalIgnoreCase);
        var all = names.ToArray();
        return context.WriteJsonAsync(
            StatusCodes.Status200OK, new TagList(all.Length, offset, limit, [.. all.Skip(offset).Take(limit).Select(name => new AccountTag(name))]), TagJson.Default.TagList);

        int Number(string parameter, int preset, int most) =>
            query[parameter].ToString() is not { Length: > 0 } text ? preset
                : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most ? number
                : throw BadRequest($"{parameter} {text} is not a number from 0 to {most}.");
    }

    private async Task ChangeAsync(HttpContext context, bool attach)
    {
        if (TypeOf(context) is var type && type != "user")
        {
            throw BadRequest($"Tags of type {type} are not served here.");
        }

        var request = await context.ReadJsonAsync(TagJson.Default.TagRequest);
        string[] names = [.. request.TagNames ?? [], .. request.TagName is { } one ? [one] : Array.Empty<string>()];
        var resources = (request.Resources ?? []).Select(resource => resource.ResourceId ?? "").ToArray();
        if (names.Length is 0 or > MostNames || resources.Length == 0)
        {
            throw BadRequest($"tag_name or tag_names (at most {MostNames}) and resources are required.");
        }

        if (names.FirstOrDefault(name => !IsName(name)) is { } bad)
        {
            throw BadRequest($"The tag {bad} has other characters than letters, digits, space and _ - . : or more than {LongestName} of them.");
        }

        var replace = attach && context.Request.Query["replace"] == "true";
        await context.WriteJsonAsync(
            StatusCodes.Status200OK,
            new TagResults([.. resources.Select(crn => tags.TryChange(crn, before => Changed(before, names, attach, replace)) ? new TagResult(crn, false) : new TagResult(crn, true, "The resource is not found."))]),
            TagJson.Default.TagResults);
    }

    private static IEnumerable<string> Changed(string[] before, string[] names, bool attach, bool replace) =>
        !attach ? before.Except(names, StringComparer.OrdinalIgnoreCase) : replace ? names : before.Concat(names);

    private Task DeleteAsync(HttpContext context, string name)
    {
        if (tags.IsAttached(name))
        {
            return WriteAsync(isError: true);
        }

        return tags.Forget(name) ? WriteAsync(isError: false) : throw new ApiException(StatusCodes.Status404NotFound, "not_found", $"The tag {name} is not found.");

        Task WriteAsync(bool isError) => context.WriteJsonAsync(
            StatusCodes.Status200OK,
            new JsonObject { ["results"] = new JsonArray(new JsonObject { ["provider"] = "ghost", ["is_error"] = isError }) },
            TagJson.Default.JsonObject);
    }

    private Task DeleteUnattachedAsync(HttpContext context)
    {
        var items = new JsonArray();
        foreach (var name in tags.Names.Where(name => !tags.IsAttached(name)).ToArray())
        {
            tags.Forget(name);
            items.Add(new JsonObject { ["tag_name"] = name, ["is_error"] = false });
        }

        return context.WriteJsonAsync(StatusCodes.Status200OK, new JsonObject { ["total_count"] = items.Count, ["errors"] = false, ["items"] = items }, TagJson.Default.JsonObject);
    }

    private static string TypeOf(HttpContext context) => context.Request.Query["tag_type"].ToString() switch
    {
        "" => "user",
        "user" or "access" or "service" => context.Request.Query["tag_type"].ToString(),
        var other => throw BadRequest($"tag_type {other} is not one of user, service, access."),
    };

    private static bool IsName(string name) => name.Length is > 0 and <= LongestName && name.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '_' or '-' or '.' or ':');

    private static ApiException BadRequest(string message) => new(StatusCodes.Status400BadRequest, "bad_request", message);
}
