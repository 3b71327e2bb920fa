using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using TempoCos.Benchmarks.Cases;
using TempoCos.Benchmarks.Library;
using TempoCos.Benchmarks.Output;
using TempoCos.Benchmarks.Results;
using TempoCos.Benchmarks.Servers;
using TempoCos.Benchmarks.Teardown;

namespace TempoCos.Benchmarks;

/// <summary>The command line.</summary>
internal static class BenchmarkCommand
{
    private const int BaselineSpans = 244_600;
    private const int LargeSpans = 2_500_000;
    private const int QuickSpans = 48_000;
    private const int TeardownObjects = 10_000;
    private const int QuickObjects = 1_000;

    public static RootCommand Create()
    {
        var names = new Argument<string[]>("benchmarks") { Description = $"What to measure (default: all): {string.Join(", ", Cases.Benchmarks.All.Select(benchmark => benchmark.Name))}", Arity = ArgumentArity.ZeroOrMore };
        var list = new Option<bool>("--list") { Description = "Say what each benchmark measures, and end" };
        var quick = new Option<bool>("--quick") { Description = "One short round over a small block: says whether it works and roughly how fast" };
        var large = new Option<bool>("--large") { Description = $"Blocks of {LargeSpans:N0} spans instead of {BaselineSpans:N0}" };
        var rounds = Positive("--rounds", "Rounds; in each both sides take turns (default 5, quick 1)");
        var senders = Positive("--senders", "Senders of spans at once (default 2)");
        var seconds = Positive("--seconds", "Length of an ingest round (default 10, quick 3)");
        var spans = Positive("--spans", $"Spans of a block (default {BaselineSpans:N0}, quick {QuickSpans:N0})");
        var requests = Positive("--requests", "Requests a side and round where latency is measured (default 200, quick 50; searches a quarter of it)");
        var objects = Positive("--objects", $"Objects of a bucket that is emptied (default {TeardownObjects:N0}, quick {QuickObjects:N0})");
        var program = new Option<string?>("--program") { Description = "Another build of TempoCos' Tempo as our side: path of TempoCos.Tempo.dll" };
        var peer = new Option<string?>("--peer") { Description = $"The other side: a tempo binary, or a TempoCos.Tempo.dll to compare two builds; 'none' for no peer (default: {TempoProgram.PeerVariable})" };
        var blocks = new Option<BlockChoice>("--blocks") { Description = "Whose block the queries read: each side its own, or both the same", DefaultValueFactory = _ => BlockChoice.Own };
        var data = new Option<string?>("--data") { Description = "Keep the blocks of the queries in this directory, and use what is there (default: a temporary directory)" };
        var format = new Option<string>("--format") { Description = "table or json", DefaultValueFactory = _ => "table" };
        format.AcceptOnlyFromAmong("table", "json");
        var output = new Option<string?>("--output") { Description = "Also write the JSON to this file" };
        var docs = new Option<bool>("--write-docs") { Description = "Write docs/benchmarks.md with its chart and JSON" };
        var from = new Option<string?>("--from") { Description = "A JSON file of an earlier run: show it, or write docs from it, and measure nothing; with benchmarks named, measure these and take the rest from it" };
        var command = new RootCommand("Measures TempoCos' Tempo side by side with another one. Exit codes: 0 measured, 1 a benchmark is invalid, 2 usage, 3 something is missing, 130 interrupted.")
        {
            names, list, quick, large, rounds, senders, seconds, spans, requests, objects, program, peer, blocks, data, format, output, docs, from, LibraryWorker.CreateCommand(), TeardownWorker.CreateCommand(),
        };
        command.SetAction((parsed, cancellationToken) => GuardAsync(async () =>
        {
            if (parsed.GetValue(list))
            {
                Console.Out.Write(string.Concat(Cases.Benchmarks.All.Select(benchmark => $"{benchmark.Name,-12}{benchmark.Summary}\n")));
                return ExitCode.Success;
            }

            var chosen = parsed.GetValue(names) ?? [];
            if (Cases.Benchmarks.Choose(chosen) is not { } benchmarks)
            {
                await Console.Error.WriteLineAsync($"error: no such benchmark: {string.Join(", ", chosen.Where(name => Cases.Benchmarks.Choose([name]) is null))}\nhint: --list names them");
                return ExitCode.Usage;
            }

            var short_ = parsed.GetValue(quick);
            var earlier = parsed.GetValue(from) is { } file ? BenchmarkReport.Parse(await File.ReadAllTextAsync(file, cancellationToken)) : null;
            var report = earlier is not null && chosen.Length == 0
                ? earlier
                : await BenchmarkRunner.RunAsync(
                    new BenchmarkOptions
                    {
                        Names = chosen,
                        Ours = TempoProgram.Ours(parsed.GetValue(program)),
                        Peer = TempoProgram.Peer(parsed.GetValue(peer)),
                        Rounds = parsed.GetValue(rounds) ?? (short_ ? 1 : 5),
                        Senders = parsed.GetValue(senders) ?? 2,
                        Duration = TimeSpan.FromSeconds(parsed.GetValue(seconds) ?? (short_ ? 3 : 10)),
                        WarmUp = TimeSpan.FromSeconds(short_ ? 1 : 3),
                        Spans = (parsed.GetValue(spans) ?? (parsed.GetValue(large) ? LargeSpans : short_ ? QuickSpans : BaselineSpans)) / 200 * 200,
                        Requests = parsed.GetValue(requests) ?? (short_ ? 50 : 200),
                        Objects = parsed.GetValue(objects) ?? (short_ ? QuickObjects : TeardownObjects),
                        Blocks = parsed.GetValue(blocks),
                        Data = parsed.GetValue(data),
                    },
                    benchmarks,
                    Reproduce(parsed),
                    cancellationToken);
            report = earlier is not null && chosen.Length > 0 ? earlier.With(report) : report;
            Console.Out.Write(parsed.GetValue(format) == "json" ? report.ToJson() + "\n" : ReportTable.Render(report));
            if (parsed.GetValue(output) is { } path)
            {
                await File.WriteAllTextAsync(path, report.ToJson() + "\n", cancellationToken);
            }

            if (parsed.GetValue(docs))
            {
                BenchmarkDocs.Write(report, Path.Combine(Repository.Root, "docs"));
            }

            return report.Invalid.Count == 0 ? ExitCode.Success : ExitCode.Invalid;
        }, cancellationToken));
        return command;
    }

    private static Option<int?> Positive(string name, string description)
    {
        var option = new Option<int?>(name) { Description = description };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is <= 0)
            {
                result.AddError($"{name} takes a number above 0");
            }
        });
        return option;
    }

    // Without paths: they are this machine's.
    private static string Reproduce(ParseResult parsed) => string.Join(' ', parsed.Tokens
        .Select((token, i) => (token.Value, Previous: i == 0 ? "" : parsed.Tokens[i - 1].Value))
        .Where(token => token.Value is not ("--program" or "--peer" or "--data" or "--output" or "--from" or "--write-docs")
            && token.Previous is not ("--program" or "--peer" or "--data" or "--output" or "--from"))
        .Select(token => token.Value));

    private static async Task<int> GuardAsync(Func<Task<int>> run, CancellationToken cancellationToken)
    {
        try
        {
            return await run();
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // Whatever was under way fails in its own manner when it is cut off.
            await Console.Error.WriteLineAsync("interrupted: everything that was started has ended");
            return ExitCode.Interrupted;
        }
        catch (EnvironmentException exception)
        {
            await Console.Error.WriteLineAsync($"error: {exception.Message}\nhint: {exception.Hint}");
            return ExitCode.Environment;
        }
        catch (Exception exception) when (exception is JsonException or FileNotFoundException)
        {
            await Console.Error.WriteLineAsync($"error: {exception.Message}\nhint: --from takes a file that --output or --write-docs has written");
            return ExitCode.Environment;
        }
    }
}
