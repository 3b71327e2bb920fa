namespace TempoCos.TempoBlocks;

/// <summary>The list of a tenant's blocks that one component writes for the others. It lags behind the bucket by up to one polling interval.</summary>
public sealed record TenantIndex(DateTimeOffset CreatedAt, IReadOnlyList<BlockMeta> Live, IReadOnlyList<CompactedBlock> Compacted)
{
    /// <summary>Reads index.json.gz.</summary>
    /// <exception cref="FormatException">Not gzipped JSON of that shape.</exception>
    public static TenantIndex ParseJson(byte[] gzip) => TenantIndexJson.Parse(gzip);

    /// <summary>Reads index.pb.zst.</summary>
    /// <exception cref="FormatException">Not a zstd frame of that message.</exception>
    public static TenantIndex ParseProto(byte[] zstd) => TenantIndexProto.Parse(zstd);

    /// <summary>The content of index.json.gz.</summary>
    public byte[] ToJson() => TenantIndexJson.Write(this);

    /// <summary>The content of index.pb.zst.</summary>
    public byte[] ToProto() => TenantIndexProto.Write(this);
}
