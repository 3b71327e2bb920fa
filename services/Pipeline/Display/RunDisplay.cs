using Spectre.Console;

namespace TempoCos.Pipeline.Display;

/// <summary>Chooses how a run is shown.</summary>
internal static class RunDisplay
{
    public static IRunDisplay Choose(bool json) => json
        ? new JsonDisplay(Console.Out, new LineDisplay(Console.Error))
        : AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected
            ? new LiveDisplay(AnsiConsole.Console)
            : new LineDisplay(Console.Out);
}
