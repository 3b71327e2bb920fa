namespace TempoCos.CosProvisioner.Search;

/// <param name="ResourceId">A CRN.</param>
/// <param name="IsError">In answers.</param>
internal sealed record TaggedResource(string ResourceId, bool? IsError = null);
