using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;
using TempoCos.Cluster.Kubelet.Containers;

namespace TempoCos.Cluster.Kubelet.Processes;

/// <summary>Starts processes as their plan says: in a session, mount namespace and control group of their own where the machine has them.</summary>
public sealed partial class ProcessStarter(PrivateMounts mounts)
{
    private const string Setsid = "/usr/bin/setsid";

    /// <exception cref="ContainerException">The program is not there or cannot be run.</exception>
    public Process Start(ProcessPlan plan)
    {
        var program = ProgramPath.Find(plan.Command[0], plan.Environment, plan.WorkingDirectory);
        List<string> command = [.. Prefix(plan), program, .. plan.Command.Skip(1)];
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = plan.WorkingDirectory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (variable, value) in plan.Environment)
        {
            start.Environment[variable] = value;
        }

        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        try
        {
            process.Start();
            process.StandardInput.Close();
            return process;
        }
        catch (Exception problem) when (problem is Win32Exception or IOException)
        {
            process.Dispose();
            throw ContainerException.NotStarted($"exec: \"{plan.Command[0]}\": {problem.Message}");
        }
    }

    /// <summary>A shell hands on only variables whose names it could have itself.</summary>
    private static IEnumerable<string> Foreign(ProcessPlan plan)
    {
        string[] foreign = [.. plan.Environment.Where(variable => !ShellName().IsMatch(variable.Key)).Select(variable => $"{variable.Key}={variable.Value}")];
        return foreign.Length == 0 ? [] : ["/usr/bin/env", .. foreign];
    }

    private IEnumerable<string> Prefix(ProcessPlan plan)
    {
        if (OperatingSystem.IsWindows())
        {
            return [];
        }

        var lines = new List<string>((plan.Group?.Entrances ?? []).Select(entrance => $"echo $$ > {Shell.Quote(entrance)}"));
        var own = new List<string>();
        if (plan.AccountDirectory is { } account && mounts.Prefix is not null)
        {
            own.Add(mounts.AccountScript(account));
        }

        if (plan.ResolverFile is { } resolver && mounts.CanResolve)
        {
            own.Add(mounts.ResolverScript(resolver));
        }

        lines.AddRange(own);
        IEnumerable<string> session = File.Exists(Setsid) ? [Setsid] : [];
        return lines.Count == 0 ? session : [.. session, .. own.Count > 0 ? mounts.Prefix! : [], "/bin/sh", "-c", $"{{ {string.Join("; ", lines)}; }} 2>/dev/null; exec \"$@\"", "sh", .. Foreign(plan)];
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex ShellName();
}
