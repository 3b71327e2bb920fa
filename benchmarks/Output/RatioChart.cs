using ScottPlot;
using TempoCos.Benchmarks.Results;

namespace TempoCos.Benchmarks.Output;

/// <summary>One bar per headline metric on a logarithmic axis: right of the line TempoCos is better.</summary>
internal static class RatioChart
{
    private const int Width = 1000;
    private const int RowHeight = 26;

    /// <summary>Bars end at 64 times, so that one giant does not flatten the rest; labels tell the number.</summary>
    private const double Furthest = 6;
    private static readonly string[] Headlines =
        ["accepted", "deleted", "speed", "Export p50", "Export p99", "server processor", "memory peak", "to meta.json", "block size", "just sent p50", "in the log p50", "found p50", "not found p50", "found, 4 clients p50", "p50"];

    public static void Write(IReadOnlyList<Measurement> measurements, string path)
    {
        // From the bottom upwards.
        var rows = measurements.Where(found => Headlines.Contains(found.Metric)).Reverse().ToList();
        var plot = new Plot();
        var bars = rows.Select((row, position) =>
        {
            var ratio = row.Ratio!;
            var value = Position(ratio.Median);
            return new Bar
            {
                Position = position,
                Value = value,
                Orientation = Orientation.Horizontal,
                FillColor = Color.FromHex(value >= 0 ? "#2a9d8f" : "#e76f51"),
                LineWidth = 0,
                Size = 0.6,
                Error = 0,
            };
        }).ToList();
        plot.Add.Bars(bars).Horizontal = true;
        for (var i = 0; i < rows.Count; i++)
        {
            var ratio = rows[i].Ratio!;
            var spread = plot.Add.Line(Position(ratio.Min), i, Position(ratio.Max), i);
            spread.Color = Color.FromHex("#264653");
            spread.LineWidth = 2;
            var label = plot.Add.Text(Figures.Ratio(new Spread([ratio.Median])), Math.Max(0, Position(ratio.Max)) + 0.06, i);
            label.LabelAlignment = Alignment.MiddleLeft;
            label.LabelFontSize = 12;
        }

        var line = plot.Add.VerticalLine(0);
        line.Color = Colors.Black;
        line.LineWidth = 1;
        plot.Axes.Left.SetTicks([.. Enumerable.Range(0, rows.Count).Select(i => (double)i)], [.. rows.Select(row => $"{row.Benchmark}: {row.Metric}")]);
        plot.Axes.Left.MajorTickStyle.Length = 0;
        var least = Math.Min(-1, Math.Floor(rows.Min(row => Position(row.Ratio!.Min))));
        var most = Math.Max(1, Math.Ceiling(rows.Max(row => Position(row.Ratio!.Max)) + 0.6));
        double[] ticks = [.. Enumerable.Range((int)least, (int)(most - least) + 1).Select(i => (double)i)];
        plot.Axes.Bottom.SetTicks(ticks, [.. ticks.Select(tick => tick < 0 ? $"1/{Math.Pow(2, -tick):0}" : $"{Math.Pow(2, tick):0}x")]);
        plot.Axes.SetLimits(least, most, -0.7, rows.Count - 0.3);
        plot.Grid.YAxisStyle.IsVisible = false;
        plot.Title("Times better than the peer, side by side (line: least to greatest round)", 15);
        plot.SaveSvg(path, Width, (rows.Count * RowHeight) + 90);
    }

    private static double Position(double ratio) => Math.Clamp(Math.Log2(ratio), -Furthest, Furthest);
}
