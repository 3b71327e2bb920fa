using System.Text.Json;
using System.Text.Json.Nodes;
using TempoCos.IbmCloud.Hosting;

namespace TempoCos.IbmCloud.Admin;

/// <summary>Reads changes of the knobs, and refuses what cannot be meant, in one sentence.</summary>
public static class KnobReader
{
    /// <summary>The knobs with the given ones changed; an <see cref="ApiException"/> says what is wrong.</summary>
    public static Knobs Change(Knobs current, JsonObject changes)
    {
        var merged = JsonSerializer.SerializeToNode(current, AdminJson.Default.Knobs)!.AsObject();
        foreach (var (name, value) in changes)
        {
            if (!merged.ContainsKey(name))
            {
                throw Refusal($"There is no knob {name}; known are {string.Join(", ", merged.Select(knob => knob.Key))}.");
            }

            merged[name] = value?.DeepClone();
        }

        try
        {
            var knobs = merged.Deserialize(AdminJson.Default.Knobs)!;
            Check(knobs);
            return knobs;
        }
        catch (JsonException exception)
        {
            var name = exception.Path?.TrimStart('$', '.') ?? "";
            throw Refusal($"{name} cannot be {changes[name]?.ToJsonString() ?? "null"}.");
        }
    }

    private static void Check(Knobs knobs)
    {
        AllowOnly("badKeyStatus", knobs.BadKeyStatus, 400, 401);
        AllowOnly("badTokenStatus", knobs.BadTokenStatus, 401, 403);
        AllowOnly("unknownNameStatus", knobs.UnknownNameStatus, 200, 404);
        AllowOnly("groupNotEmptyStatus", knobs.GroupNotEmptyStatus, 400, 409, 412);
        AllowOnly("instanceDeleteStatus", knobs.InstanceDeleteStatus, 202, 204);
        AllowOnly("configStatus", knobs.ConfigStatus, 200, 204);
        AllowOnly("quotaStatus", knobs.QuotaStatus, 403, 409, 413, 507);
        foreach (var (name, value) in new (string, double)[]
        {
            ("pageSize", knobs.PageSize - 1), ("bucketLimit", knobs.BucketLimit), ("minimumPartBytes", knobs.MinimumPartBytes), ("hmacPropagationSeconds", knobs.HmacPropagationSeconds),
            ("policyPropagationSeconds", knobs.PolicyPropagationSeconds), ("hmacRevocationSeconds", knobs.HmacRevocationSeconds), ("reclamationDelaySeconds", knobs.ReclamationDelaySeconds), ("reclaimSeconds", knobs.ReclaimSeconds),
            ("nameReservationSeconds", knobs.NameReservationSeconds), ("tokenLifetimeSeconds", knobs.TokenLifetimeSeconds), ("resourceGroupLagSeconds", knobs.ResourceGroupLagSeconds),
            ("resourceKeyLagSeconds", knobs.ResourceKeyLagSeconds), ("searchLagSeconds", knobs.SearchLagSeconds), ("instanceAsync", knobs.InstanceAsync),
        })
        {
            if (value < 0)
            {
                throw Refusal($"{name} is too small.");
            }
        }
    }

    private static void AllowOnly(string name, int value, params ReadOnlySpan<int> allowed)
    {
        if (!allowed.Contains(value))
        {
            throw Refusal($"{name} {value} is not one of {string.Join(", ", allowed.ToArray())}.");
        }
    }

    private static ApiException Refusal(string sentence) => new(StatusCodes.Status400BadRequest, "bad_knob", sentence);
}
