using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using TempoCos.IbmCloud.Tests.Support;

namespace TempoCos.IbmCloud.Tests.Program;

public sealed class ProgramTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Help_names_every_option()
    {
        await using var program = EmulatorProcess.Start("--help");
        (await program.ExitCodeAsync(Cancelled)).ShouldBe(0);
        foreach (var option in new[] { "--port", "--data", "--api-key", "--hmac", "--hmac-propagation", "--reclamation-delay", "--faults", "--request-log" })
        {
            program.Output.ShouldContain(option);
        }
    }

    [Fact]
    public async Task It_listens_says_where_and_ends_on_SIGTERM()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "SIGTERM is a Unix signal");
        using var directory = new TemporaryDirectory();
        await using var program = EmulatorProcess.Start("--data", directory["state"], "--hmac", "local:very-secret", "--verbose");
        var url = await program.ListeningAsync(Cancelled);
        using var http = new HttpClient();
        (await http.GetStringAsync(url + "/healthz", Cancelled)).ShouldBe("ok");
        File.GetUnixFileMode(directory["state"]).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        using var kill = Process.Start("kill", ["-TERM", program.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        (await program.ExitCodeAsync(Cancelled)).ShouldBe(0);
        program.Output.ShouldNotContain("very-secret");
    }

    [Fact]
    public async Task A_busy_port_is_one_clear_error()
    {
        using var directory = new TemporaryDirectory();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var program = EmulatorProcess.Start("--data", directory["state"], "--port", $"{port}");
        (await program.ExitCodeAsync(Cancelled)).ShouldBe(3);
        program.Output.ShouldContain("TC921");
        program.Output.ShouldContain($"127.0.0.1:{port}");
        program.Output.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task A_directory_in_use_is_one_clear_error()
    {
        await using var emulator = await Emulator.StartAsync();
        await using var program = EmulatorProcess.Start("--data", emulator.DataDirectory);
        (await program.ExitCodeAsync(Cancelled)).ShouldBe(3);
        program.Output.ShouldContain("TC922");
        program.Output.ShouldContain(emulator.DataDirectory);
        program.Output.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task A_directory_that_cannot_be_made_is_one_clear_error()
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory["file"], "", Cancelled);
        await using var program = EmulatorProcess.Start("--data", Path.Combine(directory["file"], "below"));
        (await program.ExitCodeAsync(Cancelled)).ShouldBe(3);
        program.Output.ShouldContain("TC923");
        program.Output.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task A_read_only_directory_is_one_clear_error()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix file modes");
        Assert.SkipWhen(Environment.UserName == "root", "root may write into read-only directories");
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory["state"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await using var program = EmulatorProcess.Start("--data", directory["state"]);
        (await program.ExitCodeAsync(Cancelled)).ShouldBe(3);
        program.Output.ShouldContain("TC923");
    }

    [Theory]
    [InlineData("[{\"status\":42}]", "42")]
    [InlineData("[{", "JSON")]
    [InlineData(null, "read")]
    public async Task A_fault_plan_that_is_none_is_one_clear_error(string? plan, string word)
    {
        using var directory = new TemporaryDirectory();
        if (plan is not null)
        {
            await File.WriteAllTextAsync(directory["plan.json"], plan, Cancelled);
        }

        await using var program = EmulatorProcess.Start("--data", directory["state"], "--faults", directory["plan.json"]);
        (await program.ExitCodeAsync(Cancelled)).ShouldBe(3);
        program.Output.ShouldContain("TC924");
        program.Output.ShouldContain(word);
        program.Output.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task A_fault_plan_from_a_file_holds_from_the_start_and_the_request_log_is_written()
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory["plan.json"], """[{"operation":"GetEndpoints","status":503,"count":1}]""", Cancelled);
        await using var program = EmulatorProcess.Start("--data", directory["state"], "--faults", directory["plan.json"], "--request-log", directory["requests"]);
        var url = await program.ListeningAsync(Cancelled);
        using var http = new HttpClient();
        (await http.GetAsync(url + "/_/control/v2/endpoints", Cancelled)).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await http.GetAsync(url + "/_/control/v2/endpoints", Cancelled)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await http.GetStringAsync(url + "/_/admin/requests", Cancelled);
        (await File.ReadAllLinesAsync(directory["requests"], Cancelled)).Length.ShouldBe(2);
    }

    [Theory]
    [InlineData("no-colon-in-it")]
    [InlineData(":no-access-key")]
    public async Task A_malformed_credential_is_refused_without_being_shown(string hmac)
    {
        using var directory = new TemporaryDirectory();
        await using var program = EmulatorProcess.Start("--data", directory["state"], "--hmac", hmac);
        (await program.ExitCodeAsync(Cancelled)).ShouldBe(3);
        program.Output.ShouldContain("TC924");
        program.Output.ShouldNotContain(hmac);
    }
}
