using System.Runtime.InteropServices;

namespace TempoCos.TempoBlocks.Writing;

/// <summary>The levels of one or several columns, a byte per entry: repetition in the upper half, definition in the lower.</summary>
internal sealed class LevelBuffer
{
    private readonly List<byte> _levels = [];

    public int Count => _levels.Count;

    public void Add(int repetition, int definition) => _levels.Add((byte)(repetition << 4 | definition));

    /// <summary>Unpacks entries and returns how many are at the maximal definition level, that is have values.</summary>
    public int Unpack(int start, int count, int maxDefinition, Span<short> repetitions, Span<short> definitions)
    {
        var levels = CollectionsMarshal.AsSpan(_levels).Slice(start, count);
        var values = 0;
        for (var i = 0; i < levels.Length; i++)
        {
            repetitions[i] = (short)(levels[i] >> 4);
            var definition = levels[i] & 0x0f;
            definitions[i] = (short)definition;
            values += definition == maxDefinition ? 1 : 0;
        }

        return values;
    }

    public void Clear() => _levels.Clear();
}
