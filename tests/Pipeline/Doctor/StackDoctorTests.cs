using System.Text.Json.Nodes;
using TempoCos.Pipeline.Doctor.Explaining;

namespace TempoCos.Pipeline.Tests.Doctor;

/// <summary><c>tempocos doctor tempostack</c>, as a user runs it, against services that are scripted.</summary>
public sealed class StackDoctorTests : IDisposable
{
    private static readonly string[] Codes = ["TC301", "TC302", "TC303", "TC304", "TC331", "TC401", "TC402", "TC403", "TC404", "TC405", "TC406", "TC407", "TC408"];

    private readonly string _home = Directory.CreateTempSubdirectory("tempocos-doctor-").FullName;

    [Fact]
    public async Task A_failed_check_is_exit_code_1_with_its_fix_and_json_is_as_the_schema_says()
    {
        await using var services = await ScriptedServices.StartAsync();
        services.StackChecks!.Add(Check("TC303", CheckSeverity.Pass));
        services.StackChecks.Add(Check("TC403", CheckSeverity.Fail));
        using var server = await PipelineServer.StartAsync(_home, services);

        var (exitCode, output) = await server.RunAsync("doctor", "tempostack", "traces/simplest", "--ignore", "TC408");

        exitCode.ShouldBe(1, output);
        output.ShouldContain("pass    TC303");
        output.ShouldContain("fail    TC403");
        output.ShouldContain("fix: Make it otherwise.");
        output.ShouldContain("TempoStack traces/simplest: 1 passed, 0 warnings, 1 failed");
        (services.DiagnosedStack!.Namespace, services.DiagnosedStack.Name, services.DiagnosedStack.Kind, services.DiagnosedStack.RunId).ShouldBe(("traces", "simplest", "TempoStack", ""));
        services.DiagnosedStack.Ignore.ShouldBe(["TC408"]);

        var (_, json) = await server.RunAsync("doctor", "tempomonolithic", "traces", "--format", "json");
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
        using var server = await PipelineServer.StartAsync(_home, services);

        var (exitCode, output) = await server.RunAsync("doctor", "tempostack", "traces/nosuch");

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
}
