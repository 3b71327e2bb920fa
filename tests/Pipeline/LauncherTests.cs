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

    [Fact]
    public async Task Numbers_are_written_the_same_also_where_globalization_is_switched_on()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the launcher is a script of bash");

        // A clone that is built, and in place of the SDK a shell, to which the command is a script.
        var sdk = Directory.CreateDirectory(Path.Combine(_clone, "sdk")).FullName;
        File.CreateSymbolicLink(Path.Combine(sdk, "dotnet"), "/bin/sh");
        await WriteAsync("echo invariant=$DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "services", "Pipeline", "bin", "Debug", "net10.0", "tempocos.dll");
        await WriteAsync("", "TempoCos.AppHost", "obj", "tempocos.stamp");

        var (exitCode, output) = await RunAsync($"{sdk}:{Environment.GetEnvironmentVariable("PATH")}", ("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "0"));

        exitCode.ShouldBe(0, output);
        output.Trim().ShouldBe("invariant=1");
    }

    public void Dispose() => Directory.Delete(_clone, recursive: true);

    private async Task<(int ExitCode, string Output)> RunAsync(string? path, params (string Name, string Value)[] variables)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the launcher is a script of bash");
        var script = Path.Combine(_clone, "tempocos");
        File.Copy(Path.Combine(Root(), "tempocos"), script);
        var start = new ProcessStartInfo("bash", [script, "status"]) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["PATH"] = path ?? start.Environment["PATH"];
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await errors + await output);
    }

    private async Task WriteAsync(string text, params string[] path)
    {
        var file = Path.Combine([_clone, .. path]);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
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
