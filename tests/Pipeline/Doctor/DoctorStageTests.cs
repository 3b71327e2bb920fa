using System.Text.Json.Nodes;

namespace TempoCos.Pipeline.Tests.Doctor;

/// <summary>The doctor as a stage of a run.</summary>
public sealed class DoctorStageTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("tempocos-doctor-").FullName;

    [Fact]
    public async Task A_check_that_failed_ends_the_run_before_anything_is_deployed()
    {
        await using var services = await ScriptedServices.StartAsync();
        services.Checks.Add(Check("TC204", CheckSeverity.Pass));
        services.Checks.Add(Check("TC206", CheckSeverity.Fail));

        var (exitCode, output) = await PipelineProcess.RunAsync(_home, services.Address, "serve", "--run", "--once", "--run-id", "rsick", "--region", "eu-de");

        exitCode.ShouldBe(3, output);
        services.Calls.ShouldBe(["check", "provision", "diagnose", "undeploy", "deprovision"]);
        services.Diagnosed!.RunId.ShouldBe("rsick");
        services.Diagnosed.SecretName.ShouldBe("ibm-cos-secret");
        services.Diagnosed.Plan.Region.ShouldBe("eu-de");
        output.ShouldContain("TC206");
        output.ShouldContain("--ignore TC206");
        var receipt = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(_home, "runs", "rsick", "receipt.json"), TestContext.Current.CancellationToken))!;
        ((string?)receipt["error"]!["code"]).ShouldBe("TC206");
        receipt["checks"]!.AsArray().Select(check => $"{check!["id"]} {check["severity"]}").ShouldBe(["TC204 pass", "TC206 fail"]);
    }

    [Fact]
    public async Task Warnings_do_not_end_a_run_and_what_is_to_be_ignored_is_told_to_the_doctor()
    {
        await using var services = await ScriptedServices.StartAsync();
        services.Checks.Add(Check("TC206", CheckSeverity.Warning));

        var (exitCode, output) = await PipelineProcess.RunAsync(_home, services.Address, "serve", "--run", "--once", "--run-id", "rwarn", "--ignore", "TC206", "--ignore", "tc204");

        exitCode.ShouldBe(0, output);
        services.Diagnosed!.Ignore.ShouldBe(["TC206", "TC204"]);
        output.ShouldContain("tempocos explain TC206");
    }

    [Fact]
    public async Task What_is_wrong_with_the_TempoStack_is_in_the_receipt_and_the_ladder_is_climbed_all_the_same()
    {
        await using var services = await ScriptedServices.StartAsync();
        services.StackChecks!.Add(Check("TC403", CheckSeverity.Fail));

        var (exitCode, output) = await PipelineProcess.RunAsync(_home, services.Address, "serve", "--run", "--once", "--run-id", "rstack", "--ignore", "TC408");

        exitCode.ShouldBe(0, output);
        services.Calls.ShouldContain("verify");
        services.DiagnosedStack!.RunId.ShouldBe("rstack");
        services.DiagnosedStack.Namespace.ShouldBe("tempocos-rstack");
        services.DiagnosedStack.Name.ShouldBe("simplest");
        services.DiagnosedStack.Ignore.ShouldBe(["TC408"]);
        output.ShouldContain("TC403");
        var receipt = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(_home, "runs", "rstack", "receipt.json"), TestContext.Current.CancellationToken))!;
        receipt["checks"]!.AsArray().Select(check => $"{check!["id"]} {check["severity"]}").ShouldBe(["TC403 fail"]);
    }

    [Fact]
    public async Task A_TempoStack_that_cannot_be_examined_does_not_end_the_run()
    {
        await using var services = await ScriptedServices.StartAsync();
        services.StackChecks = null;

        var (exitCode, output) = await PipelineProcess.RunAsync(_home, services.Address, "serve", "--run", "--once", "--run-id", "rdeaf");

        exitCode.ShouldBe(0, output);
        output.ShouldContain("was not examined: TC333");
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
