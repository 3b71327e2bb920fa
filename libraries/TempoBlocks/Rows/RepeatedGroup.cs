using TempoCos.TempoBlocks.Parquet;

namespace TempoCos.TempoBlocks.Rows;

/// <summary>
/// A list of groups: <paramref name="driver"/> is a required column with one entry per element, <paramref name="all"/> are all
/// columns below, of which each has exactly one entry when the list is empty.
/// </summary>
internal sealed class RepeatedGroup(ColumnCursor driver, ColumnCursor[] all)
{
    private readonly int _level = driver.Leaf.MaxRepetition;
    private readonly int _present = driver.Leaf.ElementLevels[^1];

    /// <summary>True at the first element; an empty list is consumed and false.</summary>
    public bool Enter()
    {
        if (driver.Definition >= _present)
        {
            return true;
        }

        foreach (var cursor in all)
        {
            cursor.Skip();
        }

        return false;
    }

    /// <summary>Whether another element of the same list follows the one just read.</summary>
    public bool More => driver.Repetition == _level;
}
