using System.Globalization;
using System.Text;
using TempoCos.Benchmarks.Results;
using TempoCos.Benchmarks.Servers;

namespace TempoCos.Benchmarks.Output;

/// <summary>docs/benchmarks.md, its chart and the JSON behind both. A group of benchmarks is published when something in it was measured beside a peer.</summary>
internal static class BenchmarkDocs
{
    public static void Write(BenchmarkReport report, string directory)
    {
        var published = report.Measurements.Where(found => found.Ratio is not null).ToList();
        if (published.Count == 0)
        {
            throw new EnvironmentException("nothing was measured beside a peer, so there is nothing to publish", $"Name a tempo binary with {TempoProgram.PeerVariable}.");
        }

        File.WriteAllText(Path.Combine(directory, "benchmarks.json"), report.ToJson() + "\n");
        RatioChart.Write(published, Path.Combine(directory, "benchmarks.svg"));
        File.WriteAllText(Path.Combine(directory, "benchmarks.md"), Render(report, published));
    }

    private static string Render(BenchmarkReport report, IReadOnlyList<Measurement> published)
    {
        var machine = report.Machine;
        var peer = PeerName(report);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # Benchmarks

            TempoCos' own Tempo (`sandbox/Tempo`, on `libraries/TempoBlocks`) and {(peer == "peer" ? "another build" : $"Grafana's {peer}")}, side by side in one run: the same configuration file
            ([tempo.yaml](../benchmarks/tempo.yaml)), the same bytes over OTLP, the same questions, taking turns, so that what else the machine does hits both.
            **What counts is the last column**: how many times better TempoCos is (below 1: worse), as the median of the rounds' ratios, with the least and the greatest round.
            The figures before it belong to this machine and this hour.

            ![How many times better, per benchmark](benchmarks.svg)

            | | |
            |---|---|
            | TempoCos | {report.OursVersion} |
            | {peer} | {report.PeerVersion} |
            | machine | {machine.Processor}, {machine.Cores} cores, {machine.MemoryGigabytes} GiB, {machine.System} |
            | runtime | {machine.Runtime}, {machine.Build} build |
            | measured | {report.Date:yyyy-MM-dd HH:mm} UTC, {report.Took.TotalMinutes:0} min; load average {machine.LoadBefore} before, {machine.LoadAfter} after (the benchmark itself is part of it) |

            Generator, both servers and whatever else runs share the cores.


            """);
        foreach (var group in published.GroupBy(found => found.Benchmark.Split('/')[0]))
        {
            text.Append(CultureInfo.InvariantCulture, $"## {group.Key}\n\n{Explanation(group.Key)}\n\n");
            text.Append(CultureInfo.InvariantCulture, $"| what | unit | TempoCos | {(group.Key == "teardown" ? "one by one" : peer)} | times better |\n|---|---|---|---|---|\n");
            foreach (var found in group.Concat(report.Measurements.Where(found => found.Ratio is null && found.Benchmark.Split('/')[0] == group.Key)))
            {
                var name = found.Benchmark.Contains('/', StringComparison.Ordinal) ? $"{found.Benchmark.Split('/')[1]} {found.Metric}" : found.Metric;
                text.Append(CultureInfo.InvariantCulture, $"| {name} | {found.Unit} | {Figures.Of(found.Ours)} | {Figures.Of(found.Peer)} | **{Figures.Ratio(found.Ratio)}** |\n");
            }

            foreach (var addition in report.Additions.Where(addition => addition.Benchmarks.Any(name => name.Split('/')[0] == group.Key)))
            {
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"\nMeasured later: {addition.Date:yyyy-MM-dd HH:mm} UTC, {addition.OursVersion.Split(", ")[^1]}, `-- {addition.Command}`, load average {addition.Machine.LoadBefore} before, {addition.Machine.LoadAfter} after.\n");
            }

            text.Append('\n');
        }

        if (report.Invalid.Count > 0)
        {
            text.Append("## Invalid\n\nThese say nothing, since the answers differ or something failed:\n\n");
            foreach (var (benchmark, reason) in report.Invalid)
            {
                text.Append(CultureInfo.InvariantCulture, $"* {benchmark}: {reason}\n");
            }

            text.Append('\n');
        }

        text.Append(CultureInfo.InvariantCulture, $"""
            ## Again, on your machine

            ```
            export {TempoProgram.PeerVariable}=/path/to/tempo      # Grafana Tempo's binary; without it there are no ratios
            dotnet run -c Release --project benchmarks -- {$"{report.Command} --write-docs".TrimStart()}
            ```

            `--list` names the benchmarks, `--quick` makes it short, `search/rare` or `library/write` choose a part, `--peer other/TempoCos.Tempo.dll` compares two builds,
            `--data DIR` keeps the blocks for the next run. Every value of every round is in [benchmarks.json](benchmarks.json); `--from docs/benchmarks.json --write-docs` draws this page again.

            """);
        return text.ToString();
    }

    // "tempo, version 2.10.8 (branch: ...)" is Tempo 2.10.8.
    private static string PeerName(BenchmarkReport report) =>
        report.PeerVersion?.Split([", version ", " ("], StringSplitOptions.None) is ["tempo", var version, ..] && !report.PeerVersion.Contains("(TempoCos)", StringComparison.Ordinal)
            ? $"Tempo {version}"
            : "peer";

    private static string Explanation(string benchmark) => benchmark switch
    {
        "ingest" => "Requests of 25 traces with 8 spans (3 resource and 9 span attributes, about 274 bytes a span), encoded beforehand; each sender has one in flight. A fresh process each round; the first seconds do not count. "
            + "Nothing may be refused or discarded.",
        "flush" => "A fresh process takes the whole workload, then `/flush`: until meta.json of a block with every trace stands, and until a query of the blocks alone finds a trace (both look for new blocks every second).",
        "recent" => "`GET /api/traces/{id}` right after the whole workload was sent (live traces; one round, since it passes), and when all of it was cut to the write-ahead log.",
        "trace" => "`GET /api/traces/{id}`, JSON, connections kept alive, from each side's own block after a restart. Three traces are compared span by span first.",
        "search" => "`GET /api/search` over the block. Before measuring, both answers are compared: the same number of traces and, below the limit, the same traces with the same number of matching spans. "
            + "Most searches end at the limit of 20 traces; *absent*, *rare* and *exhaustive* ones read the whole block.",
        "compaction" => "Four blocks with a tenth of their traces in common, from the start of the process to the meta.json of the one block that replaces them; starting and the compactor's own waits (about a second) are part of it, so see the processor time too.",
        "teardown" => "A bucket of the sandbox's object store with objects of a few bytes, emptied as `tempocos destroy` does it (lists ahead, multi-deletes of 1000 keys, four requests at once), beside one DELETE after the other "
            + "on a connection that is kept, as scripts do. *near* is the store as it is on loopback, *far* answers every request 20 ms later; *alone* has ten times as many objects as *near*. After each the bucket must be empty.",
        _ => "",
    };
}
