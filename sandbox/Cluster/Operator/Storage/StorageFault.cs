using System.Text.Json.Nodes;

namespace TempoCos.Cluster.Operator.Storage;

/// <summary>What is wrong with an instance's store: the field, the value and why.</summary>
/// <param name="Field">Path in the instance.</param>
/// <param name="Value">What stands there.</param>
/// <param name="Detail">Why it cannot be used.</param>
/// <param name="MayCome">It is only missing and may be made later, so the webhook only warns.</param>
public sealed record StorageFault(string Field, JsonNode Value, string Detail, bool MayCome = false);
