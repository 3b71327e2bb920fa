using System.CommandLine;
using TempoCos.Pipeline.Blocks;
using TempoCos.Pipeline.Commands;

namespace TempoCos.Pipeline.Doctor.Explaining;

/// <summary><c>tempocos explain</c>: what a code means, at length.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var command = new Command("explain", "Explain a code of an error or a check, such as TC204. Lists all codes when none is named.");
        var code = new Argument<string?>("CODE") { Description = "The code; case does not matter.", Arity = ArgumentArity.ZeroOrOne };
        var format = new Option<string>("--format") { Description = "text, or json.", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json");
        command.Add(code);
        command.Add(format);
        command.SetAction(parsed =>
        {
            var isJson = parsed.GetValue(format) == "json";
            return parsed.GetValue(code) is { } asked ? One(asked, isJson) : Every(isJson);
        });
        return command;
    }

    private static int One(string asked, bool isJson)
    {
        var code = asked.Trim().ToUpperInvariant();
        if (Explanations.Find(code) is not { } explanation)
        {
            Console.Error.WriteLine($"tempocos: there is no code {asked}; did you mean {string.Join(", ", Explanations.Near(code))}? 'tempocos explain' lists all.");
            return ExitCode.Usage;
        }

        if (isJson)
        {
            JsonText.Write(Console.Out, explanation);
            return ExitCode.Proven;
        }

        Console.WriteLine($"{explanation.Code}: {explanation.Meaning}");
        Console.WriteLine($"  of:    {explanation.Table}");
        Console.WriteLine($"  value: {explanation.Value}");
        Console.WriteLine($"  fix:   {explanation.Fix}");
        if (explanation.LongForm is { } text)
        {
            Console.WriteLine();
            Console.WriteLine(text);
        }

        return ExitCode.Proven;
    }

    private static int Every(bool isJson)
    {
        if (isJson)
        {
            JsonText.Write(Console.Out, Explanations.All);
            return ExitCode.Proven;
        }

        foreach (var table in Explanations.All.GroupBy(explanation => explanation.Table))
        {
            Console.WriteLine(table.Key);
            foreach (var explanation in table)
            {
                Console.WriteLine($"  {explanation.Code}{(explanation.LongForm is null ? " " : "+")} {explanation.Meaning}");
            }

            Console.WriteLine();
        }

        Console.WriteLine("+ has a long form: tempocos explain CODE");
        return ExitCode.Proven;
    }
}
