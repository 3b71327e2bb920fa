using System.CommandLine;
using System.CommandLine.Parsing;

namespace TempoCos.Pipeline.Commands;

/// <summary>The names of the sub-commands that a command line got to.</summary>
internal static class CommandPath
{
    public static IEnumerable<string> Of(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (var result = parsed.CommandResult; result is { Parent: CommandResult parent }; result = parent)
        {
            names.Push(result.Command.Name);
        }

        return names;
    }
}
