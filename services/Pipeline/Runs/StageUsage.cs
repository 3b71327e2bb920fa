using TempoCos.Contracts;

namespace TempoCos.Pipeline.Runs;

/// <summary>What a service asked of the object store in a stage.</summary>
internal sealed record StageUsage(string Stage, string Service, StorageUsage Usage);
