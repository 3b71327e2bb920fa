using ParquetSharp;

namespace TempoCos.TempoBlocks.Writing;

/// <summary>A column's share of a row group before it is encoded.</summary>
internal abstract class ColumnBuffer(LeafSpec spec, LevelBuffer levels)
{
    protected const int BatchEntries = 4096;

    public LeafSpec Spec => spec;

    public LevelBuffer Levels => levels;

    /// <summary>Bytes of the values, levels not counted.</summary>
    public abstract long Bytes { get; }

    /// <summary>Bytes of the distinct values when these are collected, else 0.</summary>
    public virtual long DistinctBytes => 0;

    public abstract void Write(ColumnWriter writer);

    public abstract void Clear();

    /// <summary>Writes entries batch by batch; values come from <paramref name="slice"/> by position and count.</summary>
    protected void Write<T>(ColumnWriter<T> writer, int valueCount, SliceValues<T> slice)
        where T : unmanaged
    {
        if (spec.Definition == 0)
        {
            for (var start = 0; start < valueCount; start += BatchEntries)
            {
                var values = slice(start, Math.Min(BatchEntries, valueCount - start));
                writer.WriteBatch(values.Length, [], [], values);
            }

            return;
        }

        Span<short> repetitions = stackalloc short[BatchEntries];
        Span<short> definitions = stackalloc short[BatchEntries];
        var value = 0;
        for (var start = 0; start < levels.Count; start += BatchEntries)
        {
            var count = Math.Min(BatchEntries, levels.Count - start);
            var present = levels.Unpack(start, count, spec.Definition, repetitions, definitions);
            writer.WriteBatch(count, definitions[..count], repetitions[..count], slice(value, present));
            value += present;
        }
    }

    protected delegate ReadOnlySpan<T> SliceValues<T>(int start, int count);
}
