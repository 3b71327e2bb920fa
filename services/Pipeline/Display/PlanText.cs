using Spectre.Console;
using TempoCos.Contracts;

namespace TempoCos.Pipeline.Display;

/// <summary>A plan as people read it: each object, and its difference in colours where there are any.</summary>
internal static class PlanText
{
    public const string Refused = "refused";

    public static void Write(Planned planned)
    {
        foreach (var item in planned.Objects)
        {
            var name = item.Namespace.Length > 0 ? $"{item.Namespace}/{item.Name}" : item.Name;
            Line($"{Sign(item.Action)} {item.Action,-9} {item.Kind} {name}", Colour(item.Action));
            foreach (var line in item.Diff.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                Line($"    {line}", line[0] switch { '+' => "green", '-' => "red", '@' => "blue", _ => "default" });
            }

            foreach (var warning in item.Warnings)
            {
                Line($"    warning: {warning}", "yellow");
            }

            if (item.Refusal.Length > 0)
            {
                Line($"    {item.Refusal}", "red");
            }
        }

        Line(Summary(planned), "default");
    }

    private static string Summary(Planned planned)
    {
        var counts = planned.Objects.CountBy(item => item.Action).ToDictionary();
        return $"plan: {Count("create")} to create, {Count("change")} to change, {Count("unchanged")} unchanged, {Count(Refused)} refused";

        int Count(string action) => counts.GetValueOrDefault(action);
    }

    /// <summary>Whole lines: a terminal's width must not break a difference.</summary>
    private static void Line(string text, string colour)
    {
        if (AnsiConsole.Profile.Capabilities.Ansi && !Console.IsOutputRedirected && colour != "default")
        {
            AnsiConsole.MarkupLine($"[{colour}]{Markup.Escape(text)}[/]");
        }
        else
        {
            Console.WriteLine(text);
        }
    }

    private static char Sign(string action) => action switch { "create" => '+', "change" => '~', Refused => '!', _ => ' ' };

    private static string Colour(string action) => action switch { "create" => "green", "change" => "yellow", Refused => "red", _ => "default" };
}
