using System.Text.Json.Serialization;

namespace TempoCos.CosProvisioner.ResourceController;

internal sealed record NewResourceKeyParameters([property: JsonPropertyName("HMAC")] bool Hmac);
