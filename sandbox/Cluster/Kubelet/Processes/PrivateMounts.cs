using System.ComponentModel;
using System.Diagnostics;
using TempoCos.Cluster.Api.Admission;
using TempoCos.Cluster.Startup;

namespace TempoCos.Cluster.Kubelet.Processes;

/// <summary>
/// Gives one process files of its own at places that programs look at by themselves, in a mount namespace of its own, where the machine lets
/// this user make one: its service account at /var/run/secrets/kubernetes.io/serviceaccount, and how it resolves names. Nothing of it shows outside.
/// </summary>
public sealed class PrivateMounts(ClusterOptions options, DataDirectory data)
{
    public const string AccountPath = ServiceAccountAdmission.Path;

    private const string Resolver = "/etc/resolv.conf";
    private const string Switch = "/etc/nsswitch.conf";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly Lock gate = new();
    private bool tried;
    private IReadOnlyList<string>? prefix;
    private bool canResolve;

    /// <summary>The command that gives a program its own mounts, or null where there are none.</summary>
    public IReadOnlyList<string>? Prefix
    {
        get
        {
            lock (gate)
            {
                Try();
                return prefix;
            }
        }
    }

    /// <summary>Whether a process can be told which name server to ask.</summary>
    public bool CanResolve
    {
        get
        {
            lock (gate)
            {
                Try();
                return canResolve;
            }
        }
    }

    /// <summary>Part of a shell script, run behind <see cref="Prefix"/>, as is <see cref="ResolverScript"/>: over /run comes a layer that has the directory, and onto that the given one.</summary>
    public string AccountScript(string directory) =>
        $"mount -t overlay -o {Shell.Quote($"lowerdir={Layer()}:/run")} overlay /run && mount --bind {Shell.Quote(directory)} {AccountPath}";

    /// <summary>The given file is /etc/resolv.conf, and what the machine asks besides files and name servers is asked no more.</summary>
    public string ResolverScript(string file) => $"mount --bind {Shell.Quote(file)} {Resolver}" + (File.Exists(Switch) ? $" && mount --bind {Shell.Quote(OwnSwitch())} {Switch}" : "");

    private void Try()
    {
        if (!tried)
        {
            tried = true;
            prefix = options.Privileges && OperatingSystem.IsLinux() ? Find() : null;
            canResolve = prefix is not null && Resolves(prefix);
        }
    }

    private string OwnSwitch()
    {
        var own = Path.Combine(data.Folder("etc"), "nsswitch.conf");
        if (!File.Exists(own))
        {
            File.WriteAllLines(own, File.ReadLines(Switch).Select(line => line.StartsWith("hosts:", StringComparison.Ordinal) ? "hosts: files dns" : line));
        }

        return own;
    }

    private bool Resolves(IReadOnlyList<string> found)
    {
        const string word = "nameserver 127.0.0.10";
        var trial = Path.Combine(data.Folder("etc"), "trial");
        File.WriteAllText(trial, word + "\n");
        try
        {
            return Succeeds([.. found, "/bin/sh", "-c", $"{ResolverScript(trial)} && grep -q '^{word}$' {Resolver}"]);
        }
        finally
        {
            File.Delete(trial);
        }
    }

    private string Layer()
    {
        var layer = data.Folder("run");
        Directory.CreateDirectory(Path.Combine(layer, "secrets", "kubernetes.io", "serviceaccount"));
        return layer;
    }

    private string[]? Find()
    {
        var trial = data.Folder("trial");
        File.WriteAllText(Path.Combine(trial, "namespace"), "");
        string[][] candidates = [["unshare", "--mount"], ["unshare", "--user", "--map-current-user", "--keep-caps", "--mount"]];
        try
        {
            return candidates.FirstOrDefault(candidate => Succeeds([.. candidate, "/bin/sh", "-c", $"{AccountScript(trial)} && test -e {AccountPath}/namespace && exec /bin/sh -c :"]));
        }
        finally
        {
            Directory.Delete(trial, recursive: true);
        }
    }

    private static bool Succeeds(IReadOnlyList<string> command)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false })!;
            if (process.WaitForExit(Patience))
            {
                return process.ExitCode == 0;
            }

            process.Kill(entireProcessTree: true);
            return false;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
