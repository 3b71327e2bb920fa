using System.Text.RegularExpressions;

namespace TempoCos.Architecture.Tests;

/// <summary>The programs' help and the documents name the same options in the same words.</summary>
public sealed partial class HelpTests(HelpTests.Programs programs) : IClassFixture<HelpTests.Programs>
{
    private const string Rewrite = "TEMPOCOS_WRITE_DOCS";

    /// <summary>Options of programs that are not ours, where a page names them by themselves.</summary>
    private static readonly Dictionary<string, string[]> Foreign = new(StringComparer.Ordinal)
    {
        ["README.md"] = ["--once"],
        ["deploy/README.md"] = ["--build-arg", "--network"],
        ["docs/benchmarks.md"] = ["--rounds", "--list", "--quick", "--peer", "--from", "--write-docs"],
        ["docs/reach.md"] = ["--traces.query-rbac"],
        ["docs/sandbox-cluster.md"] =
        [
            "--as", "--chunk-size", "--force", "--grace-period", "--limit-bytes", "--network", "--previous", "--since", "--sort-by", "--tail", "--timestamps", "--wait", "--watch",
        ],
        ["docs/settings.md"] = ["--Parameters:region"],
    };

    private static readonly string[] OfEveryProgram = ["-?", "-h"];

    [Fact]
    public async Task The_page_has_the_help_of_every_command()
    {
        var file = Path.Combine(WorkingTree.Root, HelpPage.Path);
        var page = HelpPage.Of(programs.Help);
        if (Environment.GetEnvironmentVariable(Rewrite) is { Length: > 0 })
        {
            await File.WriteAllTextAsync(file, page, TestContext.Current.CancellationToken);
        }

        (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).ReplaceLineEndings("\n").ShouldBe(page, $"{Rewrite}=1 writes {HelpPage.Path} anew");
    }

    [Fact]
    public void No_line_of_help_is_wider_than_a_small_terminal()
    {
        programs.Help.Count.ShouldBeGreaterThan(20);
        programs.Help.SelectMany(help => help.Lines.Where(line => line.Length > HelpPage.Columns).Select(line => $"{help.Command}: {line}")).ShouldBeEmpty();
    }

    [Fact]
    public void The_page_names_every_option_of_every_command()
    {
        var named = HelpPage.Options(HelpPage.Of(programs.Help));

        foreach (var help in programs.Help)
        {
            named[help.Command].Except(OfEveryProgram).Order(StringComparer.Ordinal).ShouldBe(help.Options.Distinct().Except(OfEveryProgram).Order(StringComparer.Ordinal), help.Command);
        }
    }

    [Fact]
    public void Every_option_that_a_document_gives_a_command_is_one_of_its_options() =>
        WorkingTree.Documents.Where(document => document.Path != HelpPage.Path).SelectMany(document => Unknown(document, HelpPage.Options(HelpPage.Of(programs.Help)))).ShouldBeEmpty();

    [Fact]
    public void The_rule_reports_what_it_should()
    {
        Document invented = new("docs/invented.md", """
            `./tempocos run --traces 5 --no-such`, `tempocos blocks list --spans`, `tempocos blocks list --traces 5`, `--keep`, `--neither`, `kubectl get --watch`.

            ```
            ./tempocos run --keep; ./tempocos change RUN --rungs 0-5 | tee --append log
            TEMPOCOS_FEATURE_GATES=x ./tempocos sandbox tempo -target=all -targets
            ```
            """);

        Unknown(invented, HelpPage.Options(HelpPage.Of(programs.Help))).ShouldBe(
        [
            "docs/invented.md: tempocos run --no-such", "docs/invented.md: tempocos blocks list --traces", "docs/invented.md: --neither",
            "docs/invented.md: tempocos change --rungs", "docs/invented.md: tempocos sandbox tempo -targets",
        ]);
    }

    private static IEnumerable<string> Unknown(Document document, IReadOnlyDictionary<string, IReadOnlySet<string>> commands)
    {
        var foreign = Foreign.GetValueOrDefault(document.Path, []);
        foreach (var code in document.Code.SelectMany(line => line.Split(["|", ";", "&&", "#", "]", " -- "], StringSplitOptions.TrimEntries)))
        {
            var words = code.Split([' ', '`', '[', '(', ')'], StringSplitOptions.RemoveEmptyEntries);
            var start = Array.FindIndex(words, word => word != "$" && !Assignment().IsMatch(word));
            var isOurs = start >= 0 && words[start] is "tempocos" or "./tempocos";
            var options = words.Skip(Math.Max(0, start)).Where(word => word.TrimStart('-') is [var letter, ..] && word[0] == '-' && !char.IsAsciiDigit(letter)).Select(word => word.Split('=', ',')[0]);
            if (isOurs && Command(words[(start + 1)..], commands) is { } command)
            {
                foreach (var option in options.Where(option => !commands[command].Contains(option) && !commands["tempocos"].Contains(option)))
                {
                    yield return $"{document.Path}: {command} {option}";
                }
            }
            else if (code.StartsWith("--", StringComparison.Ordinal))
            {
                foreach (var option in options.Where(option => !foreign.Contains(option) && !commands.Values.Any(known => known.Contains(option))))
                {
                    yield return $"{document.Path}: {option}";
                }
            }
        }
    }

    /// <summary>The longest command that the words begin with.</summary>
    private static string? Command(string[] words, IReadOnlyDictionary<string, IReadOnlySet<string>> commands) =>
        Enumerable.Range(0, Math.Min(3, words.Length) + 1).Select(count => string.Join(' ', ["tempocos", .. words[..count]])).LastOrDefault(commands.ContainsKey);

    [GeneratedRegex("^[A-Za-z_]+=")]
    private static partial Regex Assignment();

    /// <summary>The help of all programs, asked once.</summary>
    public sealed class Programs : IAsyncLifetime
    {
        internal IReadOnlyList<HelpText> Help { get; private set; } = [];

        public async ValueTask InitializeAsync() => Help = await HelpText.AllAsync(TestContext.Current.CancellationToken);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
