using System.Text.Json.Nodes;
using TempoCos.Cluster.Api;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Network;

/// <summary>
/// Cluster IPs of 10.96.0.0/16, each service's own for as long as it is there. They are names only: nothing listens on them, because
/// they would not be of loopback; where a service's ports really are, <see cref="ServiceNetwork"/> knows.
/// </summary>
public static class ClusterAddresses
{
    /// <summary>The address of the API server's service, which nobody else gets.</summary>
    public const string Api = "10.96.0.1";

    private const int First = 256;
    private const int Count = 65536 - First - 1;

    /// <summary>Gives a new service an address, or checks the one that it asks for.</summary>
    public static void Assign(ObjectStore store, ResourceType type, JsonObject service)
    {
        if (type.Resource != BuiltInResources.Services)
        {
            return;
        }

        var spec = service.Ensure("spec");
        if (spec.Text("type") == "ExternalName")
        {
            return;
        }

        var taken = store.List(BuiltInResources.Services).Objects.Select(stored => stored.ToObject().Text("spec", "clusterIP")).ToHashSet();
        if (spec.Text("clusterIP") is { Length: > 0 } asked)
        {
            if (asked != "None" && taken.Contains(asked))
            {
                throw ApiException.Invalid("Service", "", service.Text("metadata", "name") ?? "",
                    FieldError.InvalidValue("spec.clusterIPs", asked, "failed to allocate IP " + asked + ": provided IP is already allocated"));
            }

            return;
        }

        var start = Random.Shared.Next(Count);
        spec["clusterIP"] = Enumerable.Range(0, Count).Select(step => First + ((start + step) % Count)).Select(number => $"10.96.{number >> 8}.{number & 255}")
            .First(address => address != Api && !taken.Contains(address));
    }
}
