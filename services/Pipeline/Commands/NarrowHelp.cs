using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace TempoCos.Pipeline.Commands;

/// <summary>Help without a line longer than 100, however wide the terminal is, and in a pipe; of the commands below one, only what they are for.</summary>
internal sealed class NarrowHelp : SynchronousCommandLineAction
{
    private const int Columns = 100;
    private readonly HelpAction _help;

    private NarrowHelp(HelpAction help)
    {
        _help = help;
        _help.MaxWidth = Math.Min(_help.MaxWidth, Columns);
    }

    /// <summary>Columns that it has; never more than the terminal unless set.</summary>
    public int MaxWidth
    {
        get => _help.MaxWidth;
        set => _help.MaxWidth = value;
    }

    /// <summary>Who asks for help need not name what a command is for.</summary>
    public override bool ClearsParseErrors => true;

    public static void AddTo(RootCommand root)
    {
        foreach (var option in root.Options.OfType<HelpOption>())
        {
            option.Action = option.Action is HelpAction help ? new NarrowHelp(help) : option.Action;
        }
    }

    public override int Invoke(ParseResult parseResult)
    {
        foreach (var command in parseResult.CommandResult.Command.Subcommands)
        {
            command.Description = command.Description?.Split("\n\n")[0].ReplaceLineEndings(" ");
        }

        return _help.Invoke(parseResult);
    }
}
