using System.CommandLine;
using TempoCos.Benchmarks;

var parsed = BenchmarkCommand.Create().Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors)
    {
        Console.Error.WriteLine($"error: {error.Message}");
    }

    Console.Error.WriteLine("hint: --help lists benchmarks and options");
    return ExitCode.Usage;
}

// A benchmark ends by itself on Ctrl-C: first it ends what it started and removes its files.
using var interruption = new Interruption();
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false }, interruption.Token);
