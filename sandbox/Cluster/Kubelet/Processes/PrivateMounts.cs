using System.ComponentModel;
using System.Diagnostics;
using TempoCos.Cluster.Startup;

namespace TempoCos.Cluster.Kubelet.Processes;

/// <summary>
/// Puts a directory at /var/run/secrets/kubernetes.io/serviceaccount for one process, in a mount namespace of its own, where the machine lets
/// this user make one. Nothing of it shows outside.
/// </summary>
public sealed class PrivateMounts(DataDirectory data)
{
    public const string AccountPath = "/var/run/secrets/kubernetes.io/serviceaccount";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly Lock gate = new();
    private bool tried;
    private IReadOnlyList<string>? prefix;

    /// <summary>The command that gives a program its own mounts, or null where there are none.</summary>
    public IReadOnlyList<string>? Prefix
    {
        get
        {
            lock (gate)
            {
                if (!tried)
                {
                    tried = true;
                    prefix = OperatingSystem.IsLinux() ? Find() : null;
                }

                return prefix;
            }
        }
    }

    /// <summary>Lines of a shell script, run behind <see cref="Prefix"/>: over /run comes a layer that has the directory, and onto that the given one.</summary>
    public string Script(string directory) =>
        $"mount -t overlay -o {Shell.Quote($"lowerdir={Layer()}:/run")} overlay /run && mount --bind {Shell.Quote(directory)} {AccountPath}";

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
            return candidates.FirstOrDefault(candidate => Succeeds([.. candidate, "/bin/sh", "-c", $"{Script(trial)} && test -e {AccountPath}/namespace && exec /bin/sh -c :"]));
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
