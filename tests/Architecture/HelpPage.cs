using System.Text;

namespace TempoCos.Architecture.Tests;

/// <summary>docs/command-line.md: the help of every command; what several commands take in the same words stands at the first of them.</summary>
internal static class HelpPage
{
    public const string Path = "docs/command-line.md";
    public const int Columns = 100;

    private const string Above = """
        # Commands and options

        What `tempocos COMMAND --help` prints. Options that an earlier command has in the same words are only named. What the commands are for stands in the [README](../README.md) and in the pages of the [index](README.md).


        """;

    public static string Of(IReadOnlyList<HelpText> commands)
    {
        var page = new StringBuilder(Above.ReplaceLineEndings("\n"));
        var first = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var command in commands)
        {
            page.Append(null, $"## {command.Command}\n\n```text\n{string.Join('\n', Shorten(command, first))}\n```\n\n");
        }

        return page.ToString().TrimEnd('\n') + "\n";
    }

    /// <summary>Commands of the page and all options that it gives them.</summary>
    public static IReadOnlyDictionary<string, IReadOnlySet<string>> Options(string page)
    {
        var commands = new Dictionary<string, IReadOnlySet<string>>(StringComparer.Ordinal);
        foreach (var section in page.ReplaceLineEndings("\n").Split("\n## ").Skip(1))
        {
            var help = new HelpText(section[..section.IndexOf('\n', StringComparison.Ordinal)], section);
            commands[help.Command] = help.Options.ToHashSet(StringComparer.Ordinal);
        }

        return commands;
    }

    private static IEnumerable<string> Shorten(HelpText command, Dictionary<string, string> first)
    {
        var left = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var entry in Entries(command.Lines))
        {
            var key = string.Join(' ', string.Join(' ', entry).Split(' ', StringSplitOptions.RemoveEmptyEntries));
            if (!HelpText.IsEntry(entry[0]) || first.TryAdd(key, command.Command))
            {
                foreach (var line in entry)
                {
                    yield return line;
                }
            }
            else
            {
                (left.TryGetValue(first[key], out var names) ? names : left[first[key]] = []).Add(new HelpText("", entry[0]).Options.Last());
            }
        }

        foreach (var (owner, names) in left)
        {
            foreach (var line in Wrap($"As for {owner}:", names))
            {
                yield return line;
            }
        }
    }

    /// <summary>Each option with the lines that its description goes on in; every other line by itself.</summary>
    private static IEnumerable<List<string>> Entries(IEnumerable<string> lines)
    {
        List<string>? entry = null;
        foreach (var line in lines)
        {
            if (entry is not null && HelpText.IsEntry(entry[0]) && line.StartsWith("   ", StringComparison.Ordinal))
            {
                entry.Add(line);
                continue;
            }

            if (entry is not null)
            {
                yield return entry;
            }

            entry = [line];
        }

        if (entry is not null)
        {
            yield return entry;
        }
    }

    private static IEnumerable<string> Wrap(string heading, IEnumerable<string> names)
    {
        yield return heading;
        var line = " ";
        foreach (var name in names)
        {
            if (line.Length + 1 + name.Length > Columns)
            {
                yield return line;
                line = " ";
            }

            line += $" {name}";
        }

        yield return line;
    }
}
