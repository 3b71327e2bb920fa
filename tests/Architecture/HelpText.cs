using System.Diagnostics;
using System.Text.RegularExpressions;

namespace TempoCos.Architecture.Tests;

/// <summary>What a command prints when it is asked for help.</summary>
/// <param name="Command">With everything that stands before its options, as <c>tempocos blocks list</c>.</param>
internal sealed partial record HelpText(string Command, string Text)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    /// <summary>Each program beside the tests, by the words that start it.</summary>
    private static readonly (string Words, string Program)[] Programs =
    [
        ("tempocos", "tempocos.dll"), ("tempocos sandbox cos", "TempoCos.IbmCloud.dll"), ("tempocos sandbox cluster", "TempoCos.Cluster.dll"), ("tempocos sandbox tempo", "TempoCos.Tempo.dll"),
    ];

    public IEnumerable<string> Lines => Text.Split('\n');

    /// <summary>Options that it lists, without what they take.</summary>
    public IEnumerable<string> Options => Lines.Where(line => IsEntry(line)).SelectMany(line => Option().Matches(line).Select(match => match.Value));

    /// <summary>Of every command of every program, in their order, a command before those below it.</summary>
    public static async Task<IReadOnlyList<HelpText>> AllAsync(CancellationToken cancellationToken)
    {
        var all = new List<HelpText>();
        foreach (var (words, program) in Programs)
        {
            await AddAsync(words, program, [], all, cancellationToken);
        }

        return all;
    }

    /// <summary>A line that begins the entry of an option.</summary>
    public static bool IsEntry(string line) => line.StartsWith("  -", StringComparison.Ordinal);

    private static async Task AddAsync(string words, string program, string[] path, List<HelpText> all, CancellationToken cancellationToken)
    {
        var help = new HelpText(string.Join(' ', [words, .. path]), await AskAsync(program, path, cancellationToken));
        all.Add(help);
        var commands = help.Lines.SkipWhile(line => line != "Commands:").Skip(1).TakeWhile(line => line.Length > 0).Select(line => Subcommand().Match(line)).Where(match => match.Success);
        foreach (var command in commands.Select(match => match.Groups["name"].Value))
        {
            await AddAsync(words, program, [.. path, command], all, cancellationToken);
        }
    }

    private static async Task<string> AskAsync(string program, string[] path, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        using var process = Process.Start(new ProcessStartInfo("dotnet", [System.IO.Path.Combine(AppContext.BaseDirectory, program), .. path, "--help"]) { RedirectStandardOutput = true })!;
        var text = await process.StandardOutput.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        process.ExitCode.ShouldBe(0, text);
        return string.Join('\n', text.ReplaceLineEndings("\n").Trim().Split('\n').Select(line => line.TrimEnd()));
    }

    [GeneratedRegex("(?<![-<|A-Za-z0-9])--?[A-Za-z?][A-Za-z0-9.-]*")]
    private static partial Regex Option();

    [GeneratedRegex("^  (?<name>[a-z]+)")]
    private static partial Regex Subcommand();
}
