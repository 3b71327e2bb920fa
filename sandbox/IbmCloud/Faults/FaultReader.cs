using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using TempoCos.Contracts;
using TempoCos.IbmCloud.Admin;
using TempoCos.IbmCloud.Hosting;
using TempoCos.IbmCloud.ObjectStorage.Requests;
using TempoCos.IbmCloud.Traffic;

namespace TempoCos.IbmCloud.Faults;

/// <summary>Reads rules of the fault plan, and refuses what cannot be meant, in one sentence.</summary>
public static class FaultReader
{
    private static readonly string[] Lists = [nameof(S3Operation.ListObjects), nameof(S3Operation.ListObjectsV2)];

    private static readonly string[] Operations =
    [
        .. Enum.GetNames<S3Operation>().Where(name => name != nameof(S3Operation.Unsupported)),
        .. Enum.GetNames<ControlPlaneOperation>().Where(name => name != nameof(ControlPlaneOperation.Unknown)),
    ];

    private static readonly JsonTypeInfo<Fault> Rule = AdminJson.Default.Fault;

    /// <summary>Reads one rule or an array of them; an <see cref="ApiException"/> says what is wrong.</summary>
    public static Fault[] Read(JsonNode json) => json is JsonArray rules ? [.. rules.Select(ReadRule)] : [ReadRule(json)];

    /// <summary>Reads a file of rules.</summary>
    public static Fault[] ReadFile(string path)
    {
        const string Fix = "Give a JSON array of rules, as POST /_/admin/faults takes them.";
        try
        {
            return Read(JsonNode.Parse(File.ReadAllBytes(path)) ?? throw new JsonException("it is null"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException("TC924", $"--faults {path}", "the fault plan cannot be read", "Name a file that is there and readable.", exception);
        }
        catch (JsonException exception)
        {
            throw new DiagnosticException("TC924", $"--faults {path}", $"the fault plan is not JSON ({exception.Message.TrimEnd('.')})", Fix, exception);
        }
        catch (ApiException exception)
        {
            throw new DiagnosticException("TC924", $"--faults {path}", exception.Message.TrimEnd('.'), Fix, exception);
        }
    }

    private static Fault ReadRule(JsonNode? json)
    {
        var rule = json as JsonObject ?? throw Refusal("A rule of the fault plan is a JSON object.");
        var known = Rule.Properties.Where(property => property.Get is not null && property.Set is not null).Select(property => property.Name).ToArray();
        if (rule.FirstOrDefault(member => !known.Contains(member.Key)) is { Key: { } unknown })
        {
            throw Refusal($"A rule of the fault plan has no member {unknown}; known are {string.Join(", ", known)}.");
        }

        Fault fault;
        try
        {
            // What is left out keeps its default.
            var whole = JsonSerializer.SerializeToNode(new Fault(), Rule)!.AsObject();
            foreach (var (member, value) in rule)
            {
                whole[member] = value?.DeepClone();
            }

            fault = whole.Deserialize(Rule)!;
        }
        catch (JsonException exception)
        {
            var name = exception.Path?.TrimStart('$', '.').Split('.', '[')[0] ?? "";
            throw Refusal($"{name} cannot be {rule[name]?.ToJsonString() ?? "null"}.");
        }

        Check(fault);
        return fault;
    }

    private static void Check(Fault fault)
    {
        var names = fault.Operation.Split(',', StringSplitOptions.TrimEntries);
        if (fault.Operation != Fault.Any && names.FirstOrDefault(name => !Operations.Contains(name)) is { } unknown)
        {
            throw Refusal($"operation {unknown} is not known; known are *, {string.Join(", ", Operations)}.");
        }

        Require(fault.Status is null or (>= 300 and <= 599), $"status {fault.Status} is not from 300 to 599.");
        Require(fault.Drop is null or Fault.DropBefore or Fault.DropAfter, $"drop {fault.Drop} is neither before nor after.");
        Require(fault.Probability is null or (>= 0 and <= 1), $"probability {fault.Probability} is not from 0 to 1.");
        Require(fault.Seed is null || fault.Probability is not null, "seed needs a probability.");
        Require(fault.Count is null or > 0, $"count {fault.Count} is not positive.");
        Require(fault.After >= 0, $"after {fault.After} is negative.");
        Require(fault.DelayMilliseconds >= 0, $"delayMilliseconds {fault.DelayMilliseconds} is negative.");
        Require(fault.HideSeconds is null or >= 0, $"hideSeconds {fault.HideSeconds} is negative.");
        Require(fault.RetryAfterSeconds is null or >= 0, $"retryAfterSeconds {fault.RetryAfterSeconds} is negative.");
        Require(
            fault.Status is not null || (fault.Code is null && fault.Message is null && fault.RetryAfterSeconds is null),
            "code, message and retryAfterSeconds need a status.");
        Require(
            (fault.Status is null && !fault.DropsBefore) || !(fault.AltersAnswer || fault.AltersLists),
            "status and drop before leave no answer that could be altered.");
        Require(!(fault.Truncate && fault.TruncateQuietly), "truncate and truncateQuietly exclude each other.");
        Require(
            !fault.AltersLists || names.All(Lists.Contains),
            $"hideSeconds, unsorted and ignoreStartAfter need an operation out of {string.Join(", ", Lists)}.");
        Require(
            fault.DelayMilliseconds > 0 || fault.Drop is not null || fault.Status is not null || fault.AltersAnswer || fault.AltersLists,
            "The rule does nothing: it needs delayMilliseconds, drop, status, truncate, truncateQuietly, corrupt, etag, hideSeconds, unsorted or ignoreStartAfter.");
    }

    private static void Require(bool condition, string sentence)
    {
        if (!condition)
        {
            throw Refusal(sentence);
        }
    }

    private static ApiException Refusal(string sentence) => new(StatusCodes.Status400BadRequest, "bad_fault", sentence);
}
