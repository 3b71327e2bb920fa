using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace TempoCos.Tempo.Http;

/// <summary>One Prometheus histogram with its label combinations.</summary>
public sealed class Histogram(string name, string help, double[] bounds, params string[] labels) : IMetric
{
    private readonly ConcurrentDictionary<string, Cell> _cells = new();

    public void Observe(double value, params ReadOnlySpan<string> values)
    {
        var cell = _cells.GetOrAdd(LabelKey.Of(labels, values), static (_, size) => new(size), bounds.Length + 1);
        lock (cell)
        {
            var at = Array.BinarySearch(bounds, value);
            cell.Counts[at < 0 ? ~at : at]++;
            cell.Sum += value;
        }
    }

    public void WriteTo(StringBuilder text)
    {
        if (_cells.IsEmpty && labels.Length > 0)
        {
            return;
        }

        text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(" histogram\n");
        if (_cells.IsEmpty)
        {
            _cells.TryAdd("", new(bounds.Length + 1));
        }

        foreach (var (key, cell) in _cells.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            lock (cell)
            {
                Write(text, key, cell);
            }
        }
    }

    private void Write(StringBuilder text, string key, Cell cell)
    {
        var comma = key.Length > 0 ? "," : "";
        long total = 0;
        for (var i = 0; i < cell.Counts.Length; i++)
        {
            total += cell.Counts[i];
            var bound = i < bounds.Length ? bounds[i].ToString("R", CultureInfo.InvariantCulture) : "+Inf";
            text.Append(name).Append("_bucket{").Append(key).Append(comma).Append("le=\"").Append(bound).Append("\"} ").Append(total).Append('\n');
        }

        var braces = key.Length > 0 ? "{" + key + "}" : "";
        text.Append(name).Append("_sum").Append(braces).Append(' ').Append(cell.Sum.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
        text.Append(name).Append("_count").Append(braces).Append(' ').Append(total).Append('\n');
    }

    private sealed class Cell(int size)
    {
        public long[] Counts { get; } = new long[size];

        public double Sum { get; set; }
    }
}
