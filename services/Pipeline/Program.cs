using System.CommandLine;
using Spectre.Console;
using TempoCos.Pipeline.Commands;

var parsed = CommandTree.Create().Parse(args);
if (parsed.Errors.Count > 0)
{
    // A word that nothing takes is told once, and not also by what is missing in its place.
    foreach (var error in parsed.UnmatchedTokens is [var unknown, ..] ? parsed.Errors.Where(error => error.SymbolResult != parsed.CommandResult || error.Message.Contains($"'{unknown}'", StringComparison.Ordinal)) : parsed.Errors)
    {
        Console.Error.WriteLine($"tempocos: {error.Message}");
    }

    Console.Error.WriteLine($"Try '{string.Join(' ', ["tempocos", .. CommandPath.Of(parsed)])} --help'.");
    return ExitCode.Usage;
}

// A pipe has no width that a table would have to be broken for.
if (Console.IsOutputRedirected)
{
    AnsiConsole.Profile.Width = 1000;
}

// The commands end by themselves on Ctrl-C: a run first removes what it made.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
