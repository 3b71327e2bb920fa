using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Http;

/// <summary>Which part of a list, and as of which version.</summary>
public sealed record ListOptions(int Limit, long? Exact, long? NotOlderThan, string? StartAfter, bool Continues)
{
    private const string TooOld = "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.";

    public static ListOptions Of(IQueryCollection query)
    {
        var (match, text, token) = (query["resourceVersionMatch"].ToString(), query["resourceVersion"].ToString(), query["continue"].ToString());
        if (query["sendInitialEvents"].Count > 0)
        {
            throw Invalid(FieldError.Forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"));
        }

        var limit = (int)Math.Min(int.MaxValue, Number(query["limit"].ToString()));
        Number(query["timeoutSeconds"].ToString());
        if (token.Length > 0)
        {
            if (match.Length > 0)
            {
                throw Invalid(FieldError.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided"));
            }

            if (text.Length > 0 && text != "0")
            {
                throw ApiException.BadRequest("specifying resource version is not allowed when using continue");
            }

            var (version, after) = Decode(token);
            return new(limit, version > 0 ? version : null, null, after, Continues: true);
        }

        if (match.Length > 0 && text.Length == 0)
        {
            throw Invalid(FieldError.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided"));
        }

        if (match is not ("" or "Exact" or "NotOlderThan"))
        {
            throw Invalid(FieldError.NotSupported("resourceVersionMatch", match, ["Exact", "NotOlderThan", ""]));
        }

        var asked = Version(text);
        return match == "Exact"
            ? asked > 0 ? new(limit, asked, null, null, Continues: false)
                : throw Invalid(FieldError.Forbidden("resourceVersionMatch", "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""))
            // A limit with a version and no word about it meant that version exactly, long before there was a word.
            : match.Length == 0 && limit > 0 && asked > 0 ? new(limit, asked, null, null, Continues: false)
            : new(limit, null, asked, null, Continues: false);
    }

    private static long Number(string text) => text.Length == 0 ? 0
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : throw ApiException.BadRequest($"strconv.ParseInt: parsing \"{text}\": invalid syntax");

    /// <summary>0 for none; what is no version is refused.</summary>
    public static long Version(string text) => text.Length == 0 ? 0
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version
        : throw Invalid(FieldError.InvalidValue("resourceVersion", text, $"strconv.ParseUint: parsing \"{text}\": invalid syntax"));

    public static ApiException Invalid(FieldError error) => ApiException.Invalid("ListOptions", "meta.k8s.io", "", error);

    public static string Encode(long version, string after) =>
        Base64Url.EncodeToString(new JsonObject { ["v"] = "meta.k8s.io/v1", ["rv"] = version, ["start"] = after }.ToBytes());

    /// <summary>For a version that is forgotten; a continued list gets a token for the rest as it is now.</summary>
    public ApiException Expired(long oldest)
    {
        if (!Continues)
        {
            return new ApiException(410, "Expired", $"The resourceVersion for the provided list is too old: {Exact} ({oldest})");
        }

        return new ApiException(410, "Expired", TooOld, continuation: Encode(-1, StartAfter ?? ""));
    }

    private static (long Version, string After) Decode(string token)
    {
        try
        {
            var content = JsonNode.Parse(Base64Url.DecodeFromChars(token));
            return (content.Number("rv") ?? 0, content.Text("start") ?? throw new FormatException());
        }
        catch (Exception malformed) when (malformed is FormatException or JsonException)
        {
            throw ApiException.BadRequest("continue key is not valid: the token cannot be read");
        }
    }
}
