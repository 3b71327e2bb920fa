using System.Text.Json;
using System.Text.Json.Nodes;
using TempoCos.IbmCloud.Hosting;

namespace TempoCos.IbmCloud.BucketConfiguration;

/// <summary>A JSON merge patch of a bucket's settings: what it leaves out stays, null removes, arrays are replaced.</summary>
public static class ConfigurationPatch
{
    private const int MostAddresses = 1000;
    private static readonly string[] NetworkTypes = ["public", "private", "direct"];

    /// <summary>The settings after the patch; an <see cref="ApiException"/> of status 400 says what is wrong with it.</summary>
    public static ResourceConfiguration Apply(ResourceConfiguration settings, JsonObject patch)
    {
        var merged = JsonSerializer.SerializeToNode(settings, ConfigurationJson.Default.ResourceConfiguration)!.AsObject();
        Merge(merged, patch);
        ResourceConfiguration changed;
        try
        {
            changed = merged.Deserialize(ConfigurationJson.Default.ResourceConfiguration)!;
        }
        catch (JsonException exception)
        {
            throw BadRequest($"{exception.Path?.TrimStart('$', '.')} is not a setting of a bucket, or has a wrong value.");
        }

        if (changed.HardQuota < 0)
        {
            throw BadRequest($"hard_quota {changed.HardQuota} is negative.");
        }

        Check("allowed_ip", changed.Firewall?.AllowedIp);
        Check("denied_ip", changed.Firewall?.DeniedIp);
        if ((changed.Firewall?.AllowedNetworkType ?? []).FirstOrDefault(type => !NetworkTypes.Contains(type)) is { } unknown)
        {
            throw BadRequest($"allowed_network_type {unknown} is not one of {string.Join(", ", NetworkTypes)}.");
        }

        // No quota is zero to the client and nothing here.
        return changed with { HardQuota = changed.HardQuota is 0 ? null : changed.HardQuota };
    }

    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null)
            {
                target.Remove(name);
            }
            else if (value is JsonObject inner && target[name] is JsonObject existing)
            {
                Merge(existing, inner);
            }
            else
            {
                target[name] = WithoutNulls(value);
            }
        }
    }

    private static JsonNode WithoutNulls(JsonNode value)
    {
        if (value is not JsonObject given)
        {
            return value.DeepClone();
        }

        var made = new JsonObject();
        Merge(made, given);
        return made;
    }

    private static void Check(string name, string[]? addresses)
    {
        if (addresses is { Length: > MostAddresses })
        {
            throw BadRequest($"{name} has more than {MostAddresses} addresses.");
        }

        if ((addresses ?? []).FirstOrDefault(address => AddressRange.Parse(address) is null) is { } bad)
        {
            throw BadRequest($"{name} {bad} is neither an address nor a CIDR.");
        }
    }

    private static ApiException BadRequest(string message) => new(StatusCodes.Status400BadRequest, "invalid_request", message);
}
