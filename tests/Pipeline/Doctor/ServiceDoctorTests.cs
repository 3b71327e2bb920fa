using System.Text.Json.Nodes;

namespace TempoCos.Pipeline.Tests.Doctor;

/// <summary>The doctor as a stage of a run, and asked through the service.</summary>
public sealed class ServiceDoctorTests : IDisposable
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

    [Theory]
    [InlineData(CheckSeverity.Pass, 0)]
    [InlineData(CheckSeverity.Warning, 0)]
    [InlineData(CheckSeverity.Fail, 1)]
    public async Task Without_a_location_the_services_are_asked(CheckSeverity severity, int expected)
    {
        await using var services = await ScriptedServices.StartAsync();
        services.Checks.Add(Check("TC102", severity));
        using var pipeline = PipelineProcess.StartWith(new() { ["Kestrel__Endpoints__grpc__Url"] = "http://127.0.0.1:0", ["Kestrel__Endpoints__grpc__Protocols"] = "Http2" }, _home, services.Address, "serve");
        var address = await ListeningAsync(pipeline);

        var (exitCode, output) = await PipelineProcess.RunAsync(_home, null, "doctor", "--run", "rkept", "--pipeline", address);

        exitCode.ShouldBe(expected, output);
        services.Diagnosed!.RunId.ShouldBe("rkept");
        services.Diagnosed.Plan.ShouldNotBeNull();
        output.ShouldContain("TC102 check-tc102");
        output.ShouldContain("run rkept: ");
        pipeline.Signal("TERM");
        await pipeline.WaitAsync();
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

    private static async Task<string> ListeningAsync(PipelineProcess pipeline)
    {
        var deadline = DateTime.UtcNow + TimeSpan.FromSeconds(60);
        while (DateTime.UtcNow < deadline)
        {
            var at = pipeline.Output.IndexOf("Now listening on: ", StringComparison.Ordinal);
            if (at >= 0)
            {
                return pipeline.Output[(at + "Now listening on: ".Length)..].Split('\n')[0].Trim();
            }

            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        throw new TimeoutException($"the pipeline does not listen:\n{pipeline.Output}");
    }
}
