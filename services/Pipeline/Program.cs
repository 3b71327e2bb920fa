using System.CommandLine;
using TempoCos.Pipeline.Blocks;
using TempoCos.Pipeline.Commands;
using TempoCos.Pipeline.Cost;
using TempoCos.Pipeline.Doctor;
using TempoCos.Pipeline.Doctor.Explaining;

var root = new RootCommand("Proves that the traces you send into Grafana Tempo are accepted, queryable and durably in your object store, and leaves nothing behind.")
{
    RunCommand.Create(),
    PlanCommand.Create(),
    ChangeCommand.Create(),
    DestroyCommand.Create(),
    SweepCommand.Create(),
    LeaksCommand.Create(),
    StatusCommand.Create(),
    DoctorCommand.Create(),
    ExplainCommand.Create(),
    BlocksCommand.Create(),
    CostCommand.Create(),
    ServeCommand.Create(),
};

root.HelpName = "tempocos";
NarrowHelp.AddTo(root);

var parsed = root.Parse(args);
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

// The commands end by themselves on Ctrl-C: a run first removes what it made.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
