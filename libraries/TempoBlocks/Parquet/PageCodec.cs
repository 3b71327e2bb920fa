namespace TempoCos.TempoBlocks.Parquet;

/// <summary>Parquet's compression codecs.</summary>
internal enum PageCodec
{
    Uncompressed = 0,
    Snappy = 1,
    Gzip = 2,
    Zstd = 6,
}
