using System.Globalization;
using System.Text.Json;
using TempoCos.IbmCloud.ObjectStorage.Requests;

namespace TempoCos.IbmCloud.ObjectStorage.Forms;

/// <summary>What the signer of a form allows: until when, which fields with which values, and how long a file.</summary>
public sealed class PostPolicy
{
    // Fields that a policy need not mention.
    private static readonly string[] Free = ["AWSAccessKeyId", "signature", "file", "policy", "x-amz-signature"];
    private static readonly string[] FreePrefixes = ["x-ignore-", "x-amz-checksum-"];
    private readonly List<Condition> _conditions = [];
    private DateTimeOffset _expiration;

    private PostPolicy()
    {
    }

    public long ShortestFile { get; private set; }

    public long LongestFile { get; private set; } = long.MaxValue;

    /// <summary>Reads the policy that a form carries in base64.</summary>
    public static PostPolicy Parse(string base64)
    {
        var policy = new PostPolicy();
        try
        {
            using var document = JsonDocument.Parse(Convert.FromBase64String(base64));
            var root = document.RootElement;
            if (!root.TryGetProperty("expiration", out var expiration) || !root.TryGetProperty("conditions", out var conditions)
                || !DateTimeOffset.TryParse(expiration.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out policy._expiration)
                || conditions.ValueKind != JsonValueKind.Array)
            {
                throw Malformed();
            }

            foreach (var condition in conditions.EnumerateArray())
            {
                policy.Add(condition);
            }

            return policy;
        }
        catch (Exception exception) when (exception is FormatException or JsonException or InvalidOperationException)
        {
            throw Malformed();
        }
    }

    /// <summary>Refuses a form that the policy does not allow.</summary>
    public void Require(PostForm form, string bucket, DateTimeOffset now)
    {
        if (now >= _expiration)
        {
            throw S3Errors.AccessDenied("Invalid according to Policy: Policy expired.");
        }

        foreach (var condition in _conditions)
        {
            var value = condition.Field.Equals("bucket", StringComparison.OrdinalIgnoreCase) ? bucket : form[condition.Field] ?? "";
            if (condition.IsPrefix ? !value.StartsWith(condition.Value, StringComparison.Ordinal) : value != condition.Value)
            {
                throw S3Errors.AccessDenied($"Invalid according to Policy: Policy Condition failed: {condition.Field}");
            }
        }

        foreach (var field in form.Fields.Keys.Append("bucket"))
        {
            if (!Free.Contains(field, StringComparer.OrdinalIgnoreCase) && !FreePrefixes.Any(prefix => field.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                && !_conditions.Exists(condition => condition.Field.Equals(field, StringComparison.OrdinalIgnoreCase)))
            {
                throw S3Errors.AccessDenied($"Invalid according to Policy: Extra input fields: {field}");
            }
        }
    }

    private static S3Exception Malformed() => new(400, "InvalidPolicyDocument", "Invalid Policy: Invalid JSON or a member is missing.");

    private static long Number(JsonElement element) =>
        element.ValueKind == JsonValueKind.Number ? element.GetInt64() : long.TryParse(element.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : throw Malformed();

    private void Add(JsonElement condition)
    {
        if (condition.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in condition.EnumerateObject())
            {
                _conditions.Add(new Condition(member.Name, member.Value.GetString() ?? "", false));
            }

            return;
        }

        if (condition.GetArrayLength() != 3)
        {
            throw Malformed();
        }

        switch (condition[0].GetString()!.ToLowerInvariant())
        {
            case "content-length-range":
                (ShortestFile, LongestFile) = (Number(condition[1]), Number(condition[2]));
                if (ShortestFile < 0 || LongestFile < ShortestFile)
                {
                    throw Malformed();
                }

                break;
            case "eq":
                _conditions.Add(new Condition(Field(condition), condition[2].GetString()!, false));
                break;
            case "starts-with":
                _conditions.Add(new Condition(Field(condition), condition[2].GetString()!, true));
                break;
            default:
                throw Malformed();
        }
    }

    private static string Field(JsonElement condition) => condition[1].GetString() is ['$', .. var field] ? field : throw Malformed();

    private sealed record Condition(string Field, string Value, bool IsPrefix);
}
