namespace TempoCos.TempoBlocks.Parquet;

/// <summary>Bytes of a file.</summary>
internal readonly record struct ByteRange(long Offset, int Length)
{
    public long End => Offset + Length;
}
