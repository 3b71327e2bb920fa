using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using TempoCos.Pipeline.Doctor.Explaining;

namespace TempoCos.Pipeline.Tests.Doctor;

/// <summary><c>tempocos doctor tempostack</c>, as a user runs it, against services that are scripted.</summary>
public sealed class StackDoctorTests : IDisposable
{
    private static readonly string[] Codes = ["TC301", "TC302", "TC303", "TC304", "TC401", "TC402", "TC403", "TC404", "TC405", "TC406", "TC407", "TC408"];

    private readonly string _home = Directory.CreateTempSubdirectory("tempocos-doctor-").FullName;

    [Fact]
    public async Task A_failed_check_is_exit_code_1_with_its_fix_and_json_is_as_the_schema_says()
    {
        await using var services = await ScriptedServices.StartAsync();
        services.StackChecks!.Add(Check("TC303", CheckSeverity.Pass));
        services.StackChecks.Add(Check("TC403", CheckSeverity.Fail));
        var port = FreePort();
        using var server = await ServeAsync(services, port);

        var (exitCode, output) = await RunAsync(port, "doctor", "tempostack", "traces/simplest", "--ignore", "TC408");

        exitCode.ShouldBe(1, output);
        output.ShouldContain("pass    TC303");
        output.ShouldContain("fail    TC403");
        output.ShouldContain("fix: Make it otherwise.");
        output.ShouldContain("TempoStack traces/simplest: 1 passed, 0 warnings, 1 failed");
        (services.DiagnosedStack!.Namespace, services.DiagnosedStack.Name, services.DiagnosedStack.Kind, services.DiagnosedStack.RunId).ShouldBe(("traces", "simplest", "TempoStack", ""));
        services.DiagnosedStack.Ignore.ShouldBe(["TC408"]);

        var (_, json) = await RunAsync(port, "doctor", "tempomonolithic", "traces", "--format", "json");
        services.DiagnosedStack.Kind.ShouldBe("TempoMonolithic");
        var schema = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "doctor.schema.json"), TestContext.Current.CancellationToken))!;
        var document = JsonNode.Parse(json[json.IndexOf('{', StringComparison.Ordinal)..(json.LastIndexOf('}') + 1)])!;
        Schema.Errors(schema, document).ShouldBeEmpty();
        ((string?)document["subject"]).ShouldBe("TempoMonolithic traces");
    }

    [Fact]
    public async Task A_stack_that_is_not_there_is_exit_code_3()
    {
        await using var services = await ScriptedServices.StartAsync();
        services.StackChecks = null;
        var port = FreePort();
        using var server = await ServeAsync(services, port);

        var (exitCode, output) = await RunAsync(port, "doctor", "tempostack", "traces/nosuch");

        exitCode.ShouldBe(3, output);
        output.ShouldContain("TC333");
    }

    [Theory]
    [InlineData("traces/simplest/more")]
    [InlineData("/simplest")]
    [InlineData("traces/")]
    public async Task What_is_no_name_is_exit_code_2(string target)
    {
        var (exitCode, output) = await PipelineProcess.RunAsync(_home, null, "doctor", "tempostack", target);

        exitCode.ShouldBe(2, output);
        output.ShouldContain("NAMESPACE/NAME");
    }

    [Fact]
    public void Every_check_of_a_stack_has_a_long_form()
    {
        foreach (var code in Codes)
        {
            var text = Explanations.Find(code).ShouldNotBeNull(code).LongForm.ShouldNotBeNull(code);
            text.ShouldContain("What is asked");
            text.ShouldContain("Fix");
            text.ShouldContain("See also");
        }
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);

    private static CheckResult Check(string id, CheckSeverity severity) => new()
    {
        Id = id,
        Name = $"check-{id.ToLowerInvariant()}",
        Severity = severity,
        Message = "it is so",
        Fix = severity == CheckSeverity.Pass ? "" : "Make it otherwise.",
    };

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<PipelineProcess> ServeAsync(ScriptedServices services, int port)
    {
        var server = PipelineProcess.StartWith(new() { ["GRPC_PORT"] = $"{port}" }, _home, services.Address, "serve");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await ListensAsync(port, limit.Token))
        {
            await Task.Delay(50, limit.Token);
        }

        return server;
    }

    private static async Task<bool> ListensAsync(int port, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private Task<(int ExitCode, string Output)> RunAsync(int port, params string[] arguments) =>
        PipelineProcess.RunAsync(_home, null, [.. arguments, "--pipeline", $"http://127.0.0.1:{port}"]);
}
