using System.ComponentModel;
using System.Diagnostics;

namespace TempoCos.Cluster.Tests.Controllers;

/// <summary>kubectl against a test's cluster; the test is skipped where there is none.</summary>
public sealed class Commands
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    private readonly string kubeconfig;

    private Commands(string kubeconfig) => this.kubeconfig = kubeconfig;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<Commands> OfAsync(TestCluster cluster)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the pods of these tests are programs of Unix");
        var commands = new Commands(cluster.Kubeconfig);
        try
        {
            await commands.RunAsync("version", "--client");
        }
        catch (Win32Exception)
        {
            Assert.Skip("kubectl is not on this machine");
        }

        return commands;
    }

    public async Task ApplyAsync(string yaml) => (await StartAsync(yaml, "apply", "-f", "-")).ShouldMatch("^[^ ]+ (created|configured|unchanged)");

    /// <summary>What kubectl prints, on both streams.</summary>
    public Task<string> RunAsync(params string[] arguments) => StartAsync(null, arguments);

    /// <summary>Waits until a JSON path of an object, or of a list, shows a text.</summary>
    public async Task ShowsAsync(string expected, string path, params string[] what)
    {
        var last = "";
        try
        {
            await Eventually.TrueAsync("the text", async () => (last = await GetAsync(path, what)) == expected);
        }
        catch (TimeoutException)
        {
            last.ShouldBe(expected, $"{string.Join(' ', what)} at {path}");
            throw;
        }
    }

    public Task<string> GetAsync(string path, params string[] what) => RunAsync(["get", .. what, "-o", $"jsonpath={path}"]);

    private async Task<string> StartAsync(string? input, params string[] arguments)
    {
        var start = new ProcessStartInfo("kubectl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["KUBECONFIG"] = kubeconfig;
        using var process = Process.Start(start)!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(Deadline);
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), patience.Token);
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return (await output + await errors).Trim();
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }
}
