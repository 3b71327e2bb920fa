using System.Globalization;

namespace TempoCos.TempoStackDeployer.Diagnosis.Facts;

/// <summary>What a component says by <c>/metrics</c>, in Prometheus' text format: <c>tempo_discarded_spans_total{reason="rate_limited",tenant="single-tenant"} 12</c>.</summary>
internal sealed class MetricSamples
{
    private readonly Dictionary<string, List<(Dictionary<string, string> Labels, double Value)>> _byName = new(StringComparer.Ordinal);

    public static MetricSamples Parse(string text)
    {
        var samples = new MetricSamples();
        foreach (var line in text.Split('\n'))
        {
            if (line.Length > 0 && line[0] != '#')
            {
                samples.Add(line);
            }
        }

        return samples;
    }

    public bool Has(string name) => _byName.ContainsKey(name);

    /// <summary>Of all series of this name whose labels have these values; 0 without any.</summary>
    public double Sum(string name, params ReadOnlySpan<(string Label, string Value)> where)
    {
        var sum = 0.0;
        foreach (var (labels, value) in _byName.GetValueOrDefault(name, []))
        {
            var fits = true;
            foreach (var (label, wanted) in where)
            {
                fits &= labels.GetValueOrDefault(label) == wanted;
            }

            sum += fits ? value : 0;
        }

        return sum;
    }

    /// <summary>Sums by the values of a label.</summary>
    public IEnumerable<(string Label, double Sum)> By(string name, string label) =>
        _byName.GetValueOrDefault(name, []).GroupBy(sample => sample.Labels.GetValueOrDefault(label, "")).Select(group => (group.Key, group.Sum(sample => sample.Value)));

    private void Add(string line)
    {
        var brace = line.IndexOf('{', StringComparison.Ordinal);
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        string name;
        int rest;
        if (brace >= 0)
        {
            name = line[..brace];
            rest = ReadLabels(line, brace + 1, labels);
        }
        else
        {
            rest = line.IndexOf(' ', StringComparison.Ordinal);
            name = rest < 0 ? line : line[..rest];
        }

        // An exemplar or a time may follow.
        var number = rest < 0 ? "" : line[rest..].TrimStart().Split(' ')[0];
        if (double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value))
        {
            if (!_byName.TryGetValue(name, out var series))
            {
                _byName[name] = series = [];
            }

            series.Add((labels, value));
        }
    }

    /// <returns>Where the labels end; -1 when they do not.</returns>
    private static int ReadLabels(string line, int at, Dictionary<string, string> labels)
    {
        while (at < line.Length && line[at] != '}')
        {
            var equals = line.IndexOf("=\"", at, StringComparison.Ordinal);
            if (equals < 0)
            {
                return -1;
            }

            var value = new System.Text.StringBuilder();
            var end = equals + 2;
            for (; end < line.Length && line[end] != '"'; end++)
            {
                if (line[end] == '\\' && end + 1 < line.Length)
                {
                    end++;
                }

                value.Append(line[end]);
            }

            labels[line[at..equals].Trim(' ', ',')] = value.ToString();
            at = end + 1;
        }

        return at + 1;
    }
}
