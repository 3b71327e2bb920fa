using System.Diagnostics;

namespace TempoCos.Pipeline.Tests;

/// <summary>The launcher of the clone, where it cannot do what it is for.</summary>
public sealed class LauncherTests : IDisposable
{
    private readonly string _clone = Directory.CreateTempSubdirectory("tempocos lauf-über-").FullName;

    [Fact]
    public async Task Without_the_SDK_there_is_one_clear_error()
    {
        var (exitCode, output) = await RunAsync(path: _clone);

        exitCode.ShouldBe(3, output);
        output.ShouldContain("TC908");
        output.ShouldContain("fix:");
    }

    [Fact]
    public async Task A_clone_that_cannot_be_written_is_named()
    {
        // Also root cannot make a directory below a file.
        await File.WriteAllTextAsync(Path.Combine(_clone, "TempoCos.AppHost"), "", TestContext.Current.CancellationToken);

        var (exitCode, output) = await RunAsync(path: null);

        exitCode.ShouldBe(3, output);
        output.ShouldContain("TC923");
        output.ShouldContain(_clone);
        output.ShouldNotContain("mkdir");
    }

    public void Dispose() => Directory.Delete(_clone, recursive: true);

    private async Task<(int ExitCode, string Output)> RunAsync(string? path)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the launcher is a script of bash");
        var script = Path.Combine(_clone, "tempocos");
        File.Copy(Path.Combine(Root(), "tempocos"), script);
        var start = new ProcessStartInfo("bash", [script, "status"]) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["PATH"] = path ?? start.Environment["PATH"];
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await errors + await output);
    }

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && directory.GetFiles("TempoCos.sln").Length == 0)
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new DirectoryNotFoundException("TempoCos.sln is not above the tests");
    }
}
