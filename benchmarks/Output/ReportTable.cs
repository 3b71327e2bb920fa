using System.Text;
using TempoCos.Benchmarks.Results;

namespace TempoCos.Benchmarks.Output;

/// <summary>The report as a table for a terminal.</summary>
internal static class ReportTable
{
    private static readonly string[] Header = ["BENCHMARK", "METRIC", "UNIT", "OURS", "PEER", "TIMES BETTER"];

    public static string Render(BenchmarkReport report)
    {
        string[][] rows = [Header, .. report.Measurements.Select(found => (string[])
        [
            found.Benchmark, found.Metric, found.Unit, Figures.Of(found.Ours), Figures.Of(found.Peer), Figures.Ratio(found.Ratio),
        ])];
        var widths = Enumerable.Range(0, Header.Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            text.AppendLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }

        foreach (var (benchmark, reason) in report.Invalid)
        {
            text.AppendLine($"{benchmark}: INVALID: {reason}");
        }

        var machine = report.Machine;
        return text
            .AppendLine($"ours: {report.OursVersion}; peer: {report.PeerVersion ?? "none"}")
            .AppendLine($"{machine.Processor}, {machine.Cores} cores, {machine.MemoryGigabytes} GiB, {machine.Build}; load {machine.LoadBefore} before, {machine.LoadAfter} after; {report.Date:u}, took {report.Took}")
            .ToString();
    }
}
