using System.Text;

namespace TempoCos.Pipeline.Blocks;

/// <summary>Columns aligned by spaces: no borders and no wrapping, so that lines stay lines for grep and awk.</summary>
internal sealed class TextTable(params string[] headers)
{
    private readonly List<string[]> _rows = [headers];
    private readonly HashSet<int> _right = [];

    /// <summary>Aligns these columns to the right: numbers.</summary>
    public TextTable Right(params int[] columns)
    {
        _right.UnionWith(columns);
        return this;
    }

    public void Add(params string[] cells) => _rows.Add(cells);

    public void Write(TextWriter writer, string indent = "")
    {
        var widths = Enumerable.Range(0, headers.Length).Select(i => _rows.Max(row => row[i].Length)).ToArray();
        var line = new StringBuilder();
        foreach (var row in _rows)
        {
            line.Clear().Append(indent);
            for (var i = 0; i < row.Length; i++)
            {
                line.Append(_right.Contains(i) ? row[i].PadLeft(widths[i]) : row[i].PadRight(widths[i])).Append("  ");
            }

            writer.WriteLine(line.ToString().TrimEnd());
        }
    }
}
