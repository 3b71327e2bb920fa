namespace TempoCos.TempoBlocks;

/// <summary>The keys of a block's objects (Tempo 2.10 storage layout).</summary>
public static class BlockKeys
{
    /// <summary>The tenant of installations without tenants.</summary>
    public const string SingleTenant = "single-tenant";

    /// <summary>Everything of one block, with the trailing '/'.</summary>
    public static string Folder(string tenant, Guid block) => $"{tenant}/{block:d}/";

    /// <summary>The parquet file.</summary>
    public static string Data(string tenant, Guid block) => $"{tenant}/{block:d}/data.parquet";

    /// <summary>One shard of the bloom filter.</summary>
    public static string Bloom(string tenant, Guid block, int shard) => $"{tenant}/{block:d}/bloom-{shard}";

    /// <summary>The last trace id of each row group.</summary>
    public static string Index(string tenant, Guid block) => $"{tenant}/{block:d}/index";

    /// <summary>The description that publishes a block.</summary>
    public static string Meta(string tenant, Guid block) => $"{tenant}/{block:d}/meta.json";

    /// <summary>The description of a block that was compacted away.</summary>
    public static string CompactedMeta(string tenant, Guid block) => $"{tenant}/{block:d}/meta.compacted.json";

    /// <summary>An empty object that keeps a block from being compacted.</summary>
    public static string NoCompact(string tenant, Guid block) => $"{tenant}/{block:d}/nocompact.flg";

    /// <summary>The tenant's index as gzipped JSON.</summary>
    public static string IndexJson(string tenant) => $"{tenant}/index.json.gz";

    /// <summary>The tenant's index as a zstd frame of protobuf.</summary>
    public static string IndexProto(string tenant) => $"{tenant}/index.pb.zst";
}
