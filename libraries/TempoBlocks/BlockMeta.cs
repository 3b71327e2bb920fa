namespace TempoCos.TempoBlocks;

/// <summary>A block's description, the object meta.json.</summary>
public sealed record BlockMeta
{
    /// <summary>What Tempo 2.10 writes by default.</summary>
    public const string VParquet4 = "vParquet4";

    /// <summary>The encoding's version, for example vParquet4.</summary>
    public string Format { get; init; } = VParquet4;

    /// <summary>The block's id, a random version 4 UUID.</summary>
    public required Guid BlockId { get; init; }

    /// <summary>The tenant's id.</summary>
    public required string TenantId { get; init; }

    /// <summary>The earliest span start, whole seconds.</summary>
    public DateTimeOffset StartTime { get; init; }

    /// <summary>The latest span end, whole seconds.</summary>
    public DateTimeOffset EndTime { get; init; }

    /// <summary>Rows, that is traces.</summary>
    public long TotalObjects { get; init; }

    /// <summary>Bytes of data.parquet. Tempo's search skips a block whose size is 0.</summary>
    public long Size { get; init; }

    /// <summary>0 from an ingester; the largest of the inputs plus one from a compactor.</summary>
    public int CompactionLevel { get; init; }

    /// <summary>Always "none" for parquet blocks.</summary>
    public string Encoding { get; init; } = "none";

    /// <summary>Always 0 for parquet blocks.</summary>
    public long IndexPageSize { get; init; }

    /// <summary>Row groups. Tempo searches no row group beyond this number.</summary>
    public int TotalRecords { get; init; }

    /// <summary>Always "" for parquet blocks.</summary>
    public string DataEncoding { get; init; } = "";

    /// <summary>Number of bloom objects.</summary>
    public int BloomShards { get; init; }

    /// <summary>Bytes of the parquet footer; 0 means that it has to be read from the file.</summary>
    public int FooterSize { get; init; }

    /// <summary>Attributes with columns of their own, in column order per scope.</summary>
    public IReadOnlyList<DedicatedColumn> DedicatedColumns { get; init; } = [];

    /// <summary>0 for blocks of ingesters and compactors; 1 for blocks that only TraceQL metrics read.</summary>
    public int ReplicationFactor { get; init; }

    /// <summary>Tenant and block id, as errors name the block.</summary>
    public string Name => $"{TenantId}/{BlockId:d}";

    /// <summary>Reads meta.json.</summary>
    /// <exception cref="FormatException">Not JSON of that shape; the message says where.</exception>
    public static BlockMeta Parse(ReadOnlySpan<byte> json) => BlockMetaJson.Parse(json);

    /// <summary>meta.json byte for byte as Tempo writes it.</summary>
    public byte[] ToJson() => BlockMetaJson.Write(this);
}
