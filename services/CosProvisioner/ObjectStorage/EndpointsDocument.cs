using System.Text.Json.Serialization;

namespace TempoCos.CosProvisioner.ObjectStorage;

/// <summary>Resiliency → location → endpoint type → name → host.</summary>
internal sealed record EndpointsDocument(
    [property: JsonPropertyName("service-endpoints")]
    Dictionary<string, Dictionary<string, Dictionary<string, Dictionary<string, string>>>>? ServiceEndpoints);
