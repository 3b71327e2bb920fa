using System.CommandLine;
using System.CommandLine.Help;
using System.Text;
using TempoCos.Cluster.Startup;
using TempoCos.Pipeline.Commands;

namespace TempoCos.Pipeline.Tests;

/// <summary>docs/commands.md is what the programs print when they are asked for help.</summary>
public sealed class CommandsPageTests
{
    private const string Page = "docs/commands.md";
    private const string Rewrite = "TEMPOCOS_WRITE_DOCS";
    private const int Columns = 100;

    private const string Above = """
        # All commands and their options

        What `tempocos COMMAND --help` prints; the launcher `./tempocos` adds the line of `sandbox`, whose programs stand below. The [README](../README.md) says what the commands are for, [settings.md](settings.md) which variables there are, and the other pages of the [index](README.md) how things are done.

        """;

    /// <summary>The programs that have commands, by the words that start them; each help is printed by a tree of its own, since printing changes it.</summary>
    private static readonly (string Words, Func<RootCommand> Create)[] Programs =
    [
        ("tempocos", CommandTree.Create),
        ("tempocos sandbox cos", () => IbmCloud.CommandLine.Create((_, _) => Task.FromResult(0))),
        ("tempocos sandbox cluster", ClusterCommand.Create),
    ];

    [Fact]
    public async Task The_page_has_the_help_of_every_command()
    {
        var (file, written) = (Path.Combine(Root(), Page), await WriteAsync());
        if (Environment.GetEnvironmentVariable(Rewrite) is { Length: > 0 })
        {
            await File.WriteAllTextAsync(file, written, TestContext.Current.CancellationToken);
        }

        var found = File.Exists(file) ? await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken) : "";

        Difference(found.ReplaceLineEndings("\n"), written).ShouldBeNull($"{Rewrite}=1 dotnet test --project tests/Pipeline/TempoCos.Pipeline.Tests.csproj writes {Page} anew");
    }

    [Fact]
    public async Task Every_option_stands_in_the_section_of_its_command()
    {
        var sections = (await WriteAsync()).Split("\n## ").Skip(1).ToDictionary(section => section.Split('\n')[0], section => section.Split([' ', ',', '\n']).ToHashSet(), StringComparer.Ordinal);
        var commands = Programs.SelectMany(program => Below(program.Words, program.Create())).ToList();

        sections.Keys.ShouldBe([.. commands.Select(command => command.Path), "tempocos sandbox tempo"]);
        sections.Keys.ShouldContain("tempocos blocks verify");
        foreach (var (path, command) in commands)
        {
            command.Options.Where(option => !option.Hidden).Select(option => option.Name).ShouldBeSubsetOf(sections[path], path);
        }
    }

    [Fact]
    public void The_rule_reports_what_it_should()
    {
        const string page = "# Title\n\n## a\n\n  --one  One.\n\n## b\n\n  --two  Two.\n";

        Difference(page, page).ShouldBeNull();
        Difference(page.Replace("Two", "2", StringComparison.Ordinal), page).ShouldBe("line 9, of b: the page has '  --two  2.', the program '  --two  Two.'");
        Difference(page.Replace("  --one  One.\n", "", StringComparison.Ordinal), page).ShouldBe("line 5, of a: the page has '', the program '  --one  One.'");
        Difference(page + "\n## c\n", page).ShouldBe("line 10, of b: the page has '', the program nothing more");
        Difference("", page).ShouldBe("line 1, of the title: the page has '', the program '# Title'");
    }

    /// <summary>The first line that is not the same; null when all are.</summary>
    private static string? Difference(string page, string written)
    {
        var (found, wanted) = (Lines(page), Lines(written));
        var line = Enumerable.Range(0, Math.Max(found.Length, wanted.Length)).FirstOrDefault(line => found.ElementAtOrDefault(line) != wanted.ElementAtOrDefault(line), -1);
        return line < 0
            ? null
            : $"line {line + 1}, of {wanted.Take(line + 1).LastOrDefault(text => text.StartsWith("## ", StringComparison.Ordinal))?[3..] ?? "the title"}: the page has {Shown(found, line)}, the program {Shown(wanted, line)}";

        static string[] Lines(string text) => (text.EndsWith('\n') ? text[..^1] : text).Split('\n');
        static string Shown(string[] lines, int line) => line < lines.Length ? $"'{lines[line]}'" : "nothing more";
    }

    private static async Task<string> WriteAsync()
    {
        var page = new StringBuilder(Above.ReplaceLineEndings("\n"));
        foreach (var (words, create) in Programs)
        {
            foreach (var (path, _) in Below(words, create()))
            {
                Add(path, await HelpAsync(create(), path[words.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)));
            }
        }

        Add("tempocos sandbox tempo", Tempo.Usage.Text);
        return page.ToString();

        void Add(string path, string help) => page.Append("\n## ").Append(path).Append("\n\n```text\n").AppendJoin('\n', help.ReplaceLineEndings("\n").Trim('\n').Split('\n').Select(line => line.TrimEnd())).Append("\n```\n");
    }

    private static async Task<string> HelpAsync(RootCommand root, string[] command)
    {
        foreach (var action in root.Options.OfType<HelpOption>().Select(option => option.Action))
        {
            // Not as wide as the terminal that the tests may run in.
            _ = action is NarrowHelp narrow ? narrow.MaxWidth = Columns : ((HelpAction)action!).MaxWidth = Columns;
        }

        await using var output = new StringWriter();
        (await root.Parse([.. command, "--help"]).InvokeAsync(new InvocationConfiguration { Output = output }, TestContext.Current.CancellationToken)).ShouldBe(0);
        return output.ToString();
    }

    private static IEnumerable<(string Path, Command Command)> Below(string path, Command command) =>
        command.Subcommands.Where(below => !below.Hidden).SelectMany(below => Below($"{path} {below.Name}", below)).Prepend((path, command));

    private static string Root()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "TempoCos.sln")))
        {
            directory = Path.GetDirectoryName(directory) ?? throw new DirectoryNotFoundException("TempoCos.sln is in no directory above the tests");
        }

        return directory;
    }
}
