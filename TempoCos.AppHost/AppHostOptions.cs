using System.Globalization;
using TempoCos.Contracts;

namespace TempoCos.AppHost;

/// <summary>The AppHost's own arguments. What stands behind <c>--</c> goes to the pipeline; the rest is configuration.</summary>
internal sealed record AppHostOptions(bool Once, bool NoRun, int? Owner, string[] HostArguments, string[] PipelineArguments)
{
    /// <summary>Arguments of the pipeline's process; in a cluster it waits to be asked.</summary>
    public string[] ServeArguments(bool publishing) =>
        [.. (string[])["serve"], .. NoRun || publishing ? (string[])[] : ["--run"], .. Once ? (string[])["--once"] : [], .. PipelineArguments];

    /// <exception cref="DiagnosticException">They do not fit together.</exception>
    public static AppHostOptions Parse(string[] args)
    {
        var (own, pipeline) = Array.IndexOf(args, "--") is >= 0 and var separator ? (args[..separator], args[(separator + 1)..]) : (args, []);
        var (once, noRun, owner, rest) = (false, false, (int?)null, new List<string>());
        for (var index = 0; index < own.Length; index++)
        {
            switch (own[index])
            {
                case "--once":
                    once = true;
                    break;
                case "--no-run":
                    noRun = true;
                    break;
                case "--owner":
                    owner = index + 1 < own.Length && int.TryParse(own[++index], NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                        ? pid
                        : throw new DiagnosticException("TC914", string.Join(' ', args), "--owner takes the id of a process", "Name a process, or leave --owner out.");
                    break;
                default:
                    rest.Add(own[index]);
                    break;
            }
        }

        return once && noRun
            ? throw new DiagnosticException("TC914", string.Join(' ', args), "--once ends after the run that --no-run leaves out", "Use one of them.")
            : new AppHostOptions(once, noRun, owner, [.. rest], pipeline);
    }
}
