using System.Text;
using TempoCos.Tempo.Wire.RemoteWrite;

namespace TempoCos.Tempo.Generator.Series;

/// <summary>Labels of a series besides its name: the last of each name counts, and one without a value is none.</summary>
internal sealed class SeriesLabels
{
    private readonly SortedDictionary<string, string> _values = new(StringComparer.Ordinal);

    public SeriesLabels(params IEnumerable<(string Name, string Value)> labels)
    {
        foreach (var (name, value) in labels)
        {
            if (value.Length > 0)
            {
                _values[name] = value;
            }
            else
            {
                _values.Remove(name);
            }
        }

        var key = new StringBuilder();
        foreach (var (name, value) in _values)
        {
            key.Append(name.Length).Append(':').Append(name).Append(value.Length).Append(':').Append(value);
        }

        Key = key.ToString();
    }

    /// <summary>What all have that are over the limit.</summary>
    public static SeriesLabels Overflow { get; } = new(("metric_overflow", "true"));

    /// <summary>The same for the same labels only.</summary>
    public string Key { get; }

    /// <summary>Sorted, with the name and some more.</summary>
    public IReadOnlyList<Label> With(string metric, IEnumerable<(string Name, string Value)> more)
    {
        var all = new SortedDictionary<string, string>(_values, StringComparer.Ordinal) { ["__name__"] = metric };
        foreach (var (name, value) in more)
        {
            all[name] = value;
        }

        return [.. all.Select(pair => new Label { Name = pair.Key, Value = pair.Value })];
    }
}
