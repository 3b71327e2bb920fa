namespace TempoCos.Hosting.Tests;

public sealed class AppHostTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("tempocos-home-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public async Task Announces_itself_keeps_its_home_to_itself_and_leaves_nothing_on_SIGTERM()
    {
        await using var apphost = new AppHostProcess(_home, "--no-run");
        var announced = await apphost.AnnouncedAsync();
        announced.GetProperty("pid").GetInt32().ShouldBe(apphost.Id);
        announced.GetProperty("pipeline").GetString()!.ShouldStartWith("http://127.0.0.1:");
        announced.GetProperty("dashboard").GetString()!.ShouldContain("/login?t=");
        File.GetUnixFileMode(Path.Combine(_home, "apphost.json")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);

        await using (var second = new AppHostProcess(_home, "--no-run"))
        {
            var (code, _, error) = await second.EndAsync();
            code.ShouldBe(3);
            error.ShouldStartWith("TC910: ");
            error.ShouldContain(_home);
            error.TrimEnd().ShouldNotContain('\n');
        }

        var processes = apphost.Processes();
        processes.Count.ShouldBeGreaterThan(14, "DCP, the dashboard and seven resources, each with its monitor");
        apphost.Signal("TERM");
        (await apphost.EndAsync()).ExitCode.ShouldBe(0);
        File.Exists(Path.Combine(_home, "apphost.json")).ShouldBeFalse();
        await ProcessTable.WaitUntilGoneAsync(processes, Model.Deadline);
    }

    [Fact]
    public async Task Waits_for_one_that_is_ending_and_that_nobody_attaches_to_any_more()
    {
        await using var ending = new AppHostProcess(_home, "--no-run");
        await ending.AnnouncedAsync();

        // Without DCP it cannot end.
        var dcp = ending.Processes()[0];
        AppHostProcess.Signal("STOP", dcp);
        ending.Signal("TERM");
        await ending.WithdrawnAsync();
        await using var next = new AppHostProcess(_home, "--no-run");
        await next.SaysAsync($"waiting for the AppHost that has {_home}");
        AppHostProcess.Signal("CONT", dcp);

        (await ending.EndAsync()).ExitCode.ShouldBe(0);
        await next.AnnouncedAsync();
    }

    [Fact]
    public async Task Leaves_no_process_when_it_is_killed_and_the_next_one_waits_for_what_it_has_left()
    {
        await using var apphost = new AppHostProcess(_home, "--no-run");
        await apphost.AnnouncedAsync();
        var processes = apphost.Processes();
        processes.Count.ShouldBeGreaterThan(14);

        apphost.Signal("KILL");
        await apphost.EndAsync();
        processes.ShouldContain(pid => ProcessTable.Exists(pid), "nobody but DCP can end them");
        await ProcessTable.WaitUntilGoneAsync(processes, Model.Deadline);

        AppHostProcess next;
        await using (new FileStream(Path.Combine(_home, "sandbox", "cluster", "lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            next = new AppHostProcess(_home, "--no-run");
            await next.SaysAsync("waiting for what an AppHost has left running in");
        }

        await using (next)
        {
            await next.AnnouncedAsync();
        }
    }

    [Fact]
    public async Task Ends_with_its_owner_and_not_on_SIGINT()
    {
        using var owner = System.Diagnostics.Process.Start("/bin/sleep", ["600"]);
        await using var apphost = new AppHostProcess(_home, "--no-run", "--owner", $"{owner.Id}");
        await apphost.AnnouncedAsync();
        apphost.Signal("INT");
        (await Should.ThrowAsync<TimeoutException>(() => apphost.EndAsync().WaitAsync(TimeSpan.FromSeconds(3)))).ShouldNotBeNull();
        owner.Kill();
        await owner.WaitForExitAsync(TestContext.Current.CancellationToken);
        (await apphost.EndAsync()).ExitCode.ShouldBe(0);
    }

    [Theory]
    [InlineData("TC914", "--once", "--no-run")]
    [InlineData("TC914", "--owner", "nobody")]
    [InlineData("TC914", "--TempoCos:Target", "moon")]
    [InlineData("TC901", "--TempoCos:Home", "/proc/tempocos")]
    [InlineData("TC913", "--operation", "publish")]
    public async Task Wrong_arguments_are_one_line_and_exit_code_3(string code, params string[] args)
    {
        await using var apphost = new AppHostProcess(_home, args);
        var (exitCode, output, error) = await apphost.EndAsync();
        exitCode.ShouldBe(3);
        output.ShouldBeEmpty();
        error.ShouldStartWith($"{code}: ");
        error.TrimEnd().ShouldNotContain('\n');
    }

    [Fact]
    public async Task Starts_where_the_home_directory_cannot_be_written()
    {
        var bundle = await Aspire.Hosting.Dcp.AspireBundle.FindAsync(Environment.GetEnvironmentVariable, TestContext.Current.CancellationToken);
        var file = Path.Combine(_home, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        await using var apphost = new AppHostProcess(_home, new Dictionary<string, string>
        {
            ["HOME"] = file,
            ["ASPIRE_DCP_PATH"] = Path.GetDirectoryName(bundle.Dcp)!,
            ["ASPIRE_DASHBOARD_PATH"] = bundle.Dashboard,
        }, "--no-run");
        await apphost.AnnouncedAsync();
        apphost.Signal("TERM");
        (await apphost.EndAsync()).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Where_no_temporary_directory_can_be_made_is_one_line_too()
    {
        // Also root cannot make a directory below a file.
        var file = Path.Combine(_home, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        await using var apphost = new AppHostProcess(_home, new Dictionary<string, string> { ["TMPDIR"] = file }, "--no-run");
        var (exitCode, _, error) = await apphost.EndAsync();
        exitCode.ShouldBe(3);
        error.ShouldContain($"TC913: No directory can be made in {file}");
        error.ShouldContain("TMPDIR");
        error.TrimEnd().ShouldNotContain('\n');
    }
}
