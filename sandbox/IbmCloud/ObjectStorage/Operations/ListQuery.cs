using System.Globalization;
using TempoCos.IbmCloud.ObjectStorage.Requests;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>What all lists can be asked for.</summary>
public sealed record ListQuery(string Prefix, string Delimiter, int MaxKeys, string? EncodingType)
{
    private const int Most = 1000;

    public static ListQuery Of(S3Call call, string maximum = "max-keys")
    {
        var most = Most;
        if (call.Query[maximum] is { Length: > 0 } text)
        {
            most = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var given)
                ? Math.Min(given, Most)
                : throw S3Errors.InvalidArgument($"{maximum} must be a number from 0 to 2147483647");
        }

        var encoding = call.Query["encoding-type"];
        return encoding is null or "" or "url"
            ? new ListQuery(call.Query["prefix"] ?? "", call.Query["delimiter"] ?? "", most, encoding is "" ? null : encoding)
            : throw S3Errors.InvalidArgument("Invalid Encoding Method specified in Request");
    }

    public string Encode(string text) => EncodingType is null ? text : Uri.EscapeDataString(text).Replace("%2F", "/", StringComparison.Ordinal);
}
