namespace TempoCos.TempoBlocks.Checking;

/// <summary>A block's folder as a listing shows it.</summary>
/// <param name="Tenant">The first folder.</param>
/// <param name="Id">The second folder.</param>
/// <param name="State">Which description it has.</param>
/// <param name="Meta">Its description, with the folder's tenant and id; null when there is none or it cannot be read.</param>
/// <param name="CompactedTime">When it was marked compacted.</param>
/// <param name="Objects">All that the folder holds.</param>
/// <param name="Problems">What is wrong with the description or its absence, one sentence each.</param>
public sealed record StoredBlock(
    string Tenant,
    Guid Id,
    BlockState State,
    BlockMeta? Meta,
    DateTimeOffset? CompactedTime,
    IReadOnlyList<StoredObject> Objects,
    IReadOnlyList<string> Problems)
{
    /// <summary>Tenant and block id, as errors name the block.</summary>
    public string Name => $"{Tenant}/{Id:d}";

    /// <summary>Bytes of all objects.</summary>
    public long Bytes => Objects.Sum(o => o.Size);
}
