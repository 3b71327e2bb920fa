using System.ComponentModel;
using System.Diagnostics;

namespace TempoCos.Cluster.Tests;

/// <summary>The kubectl of this machine against a cluster; tests skip where there is none.</summary>
public sealed class Kubectl(string kubeconfig)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    /// <summary>Options that stand before all commands.</summary>
    public List<string> Arguments { get; } = [];

    /// <summary>Further variables of its environment.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    public static async Task<Kubectl> FindAsync(TestCluster cluster)
    {
        var kubectl = new Kubectl(cluster.Kubeconfig);
        try
        {
            await kubectl.RunAsync("version", "--client");
        }
        catch (Win32Exception)
        {
            Assert.Skip("kubectl is not on this machine");
        }

        return kubectl;
    }

    /// <summary>What kubectl prints, on both streams.</summary>
    public async Task<string> RunAsync(params string[] arguments) => (await InvokeAsync(null, arguments)).Output;

    public async Task<(int Code, string Output)> InvokeAsync(string? input, params string[] arguments)
    {
        using var process = Start(arguments);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Deadline);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, (await output + await errors).Trim());
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    /// <summary>A kubectl that goes on until it is ended; its streams are the caller's.</summary>
    public Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("kubectl", [.. Arguments, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["KUBECONFIG"] = kubeconfig;
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
