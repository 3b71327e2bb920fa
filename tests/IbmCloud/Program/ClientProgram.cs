using System.ComponentModel;
using System.Diagnostics;

namespace TempoCos.IbmCloud.Tests.Program;

/// <summary>A public client's command line; the test says "skipped" where it is not installed.</summary>
internal static class ClientProgram
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>What it printed, on either stream.</summary>
    public static async Task<string> RunAsync(ProcessStartInfo start, bool succeeds)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Start(start);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Limit);
        var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var errors = process.StandardError.ReadToEndAsync(deadline.Token);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        var said = await output + await errors;
        (process.ExitCode == 0).ShouldBe(succeeds, said);
        return said;
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Skip($"{start.FileName} is not installed");
            throw;
        }
    }
}
