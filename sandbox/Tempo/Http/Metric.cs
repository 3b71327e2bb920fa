using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace TempoCos.Tempo.Http;

/// <summary>One Prometheus counter or gauge with its label combinations.</summary>
public sealed class Metric(string name, string type, string help, string[] labels) : IMetric
{
    private readonly ConcurrentDictionary<string, StrongBox> _values = new();

    /// <summary>Adds to the value of these label values.</summary>
    public void Add(double amount, params ReadOnlySpan<string> values)
    {
        var box = Box(values);
        lock (box)
        {
            box.Value += amount;
        }
    }

    public void Increment(params ReadOnlySpan<string> values) => Add(1, values);

    public void Set(double value, params ReadOnlySpan<string> values)
    {
        var box = Box(values);
        lock (box)
        {
            box.Value = value;
        }
    }

    public double Value(params ReadOnlySpan<string> values) => Box(values).Value;

    public void WriteTo(StringBuilder text)
    {
        if (_values.IsEmpty && labels.Length > 0)
        {
            return;
        }

        text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        if (_values.IsEmpty)
        {
            text.Append(name).Append(" 0\n");
        }

        foreach (var (key, box) in _values.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            text.Append(name).Append(key).Append(' ').Append(box.Value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
        }
    }

    private StrongBox Box(ReadOnlySpan<string> values) =>
        _values.GetOrAdd(labels.Length == 0 ? "" : "{" + LabelKey.Of(labels, values) + "}", static _ => new());

    private sealed class StrongBox
    {
        public double Value { get; set; }
    }
}
