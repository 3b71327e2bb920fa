using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace TempoCos.Pipeline.Tests;

public sealed class RunTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("tempocos-pipeline-").FullName;

    [Fact]
    public async Task A_run_goes_through_the_stages_in_order_cleans_up_and_exits_0()
    {
        await using var services = await ScriptedServices.StartAsync();

        var (exitCode, output) = await PipelineProcess.RunAsync(_home, services.Address, "serve", "--run", "--once", "--traces", "7", "--seed", "42", "--run-id", "rgreen");

        exitCode.ShouldBe(0, output);
        services.Calls.ShouldBe(["check", "provision", "diagnose", "deploy", "baseline", "generate", "verify", "undeploy", "deprovision"]);
        services.Verified!.Manifest.Count.ShouldBe(7);
        services.Verified.Rungs.ShouldBeEmpty("that means all");
        services.Verified.Manifest.Seed.ShouldBe(42UL);
        services.Verified.Accelerated["storage.trace.blocklist_poll"].ShouldBe("2s");
        output.ShouldContain("run rgreen proven");
    }

    [Fact]
    public async Task Where_the_run_names_no_place_the_configuration_does()
    {
        await using var services = await ScriptedServices.StartAsync();
        var configured = new Dictionary<string, string>
        {
            ["TempoCos__Region"] = "eu-de",
            ["TempoCos__ResourceGroup"] = "proofs",
            ["TempoCos__ServiceInstance"] = "configured",
            ["TempoCos__Bucket"] = "",
            ["TempoCos__StorageClass"] = "smart",
            ["TempoCos__EndpointType"] = "private",
            ["TempoCos__Namespace"] = "traces",
        };

        using var pipeline = PipelineProcess.StartWith(configured, _home, services.Address, "serve", "--run", "--once", "--run-id", "rplace", "--service-instance", "asked", "--region", "us-south");

        (await pipeline.WaitAsync()).ShouldBe(0, pipeline.Output);
        services.Provisioned.ShouldBe(new ProvisionRequest
        {
            RunId = "rplace",
            Region = "us-south",
            ResourceGroup = "proofs",
            ServiceInstance = "asked",
            StorageClass = "smart",
            EndpointType = "private",
            Namespace = "traces",
            SecretName = "ibm-cos-secret",
        });
    }

    [Fact]
    public async Task A_rung_that_failed_is_exit_code_1_and_a_failure_in_receipt_and_junit()
    {
        await using var services = await ScriptedServices.StartAsync();
        services.WrittenVerdict = Verdict.Failed;

        var (exitCode, output) = await PipelineProcess.RunAsync(_home, services.Address, "serve", "--run", "--once", "--run-id", "rred0");

        exitCode.ShouldBe(1, output);
        services.Calls.ShouldContain("deprovision");
        var receipt = Receipt("rred0");
        ((string?)receipt["verdict"]).ShouldBe("failed");
        ((int)receipt["exitCode"]!).ShouldBe(1);
        var cases = XDocument.Load(Path.Combine(_home, "runs", "rred0", "junit.xml")).Descendants("testcase").ToList();
        cases.Single(test => (string?)test.Attribute("name") == "2 written").Element("failure").ShouldNotBeNull();
        cases.Single(test => (string?)test.Attribute("name") == "1 queryable").Elements().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_service_that_refuses_is_exit_code_3_with_code_value_reason_and_fix_and_still_cleans_up()
    {
        await using var services = await ScriptedServices.StartAsync();
        services.OnDeploy = _ => throw new DiagnosticException("TC314", "TempoStack", "the cluster does not know this kind", "Install the Tempo operator.").ToRpcException();

        var (exitCode, output) = await PipelineProcess.RunAsync(_home, services.Address, "serve", "--run", "--once", "--run-id", "renv0");

        exitCode.ShouldBe(3, output);
        output.ShouldContain("TC314");
        output.ShouldContain("Install the Tempo operator.");
        output.ShouldNotContain("   at ");
        services.Calls.ShouldBe(["check", "provision", "diagnose", "deploy", "undeploy", "deprovision"]);
        ((string?)Receipt("renv0")["error"]!["code"]).ShouldBe("TC314");
    }

    [Fact]
    public async Task A_cluster_that_will_not_do_is_known_before_anything_is_made()
    {
        await using var services = await ScriptedServices.StartAsync();
        services.OnCheck = _ => throw new DiagnosticException("TC314", "tempostacks.tempo.grafana.com", "the cluster does not know the kind", "Install the Tempo operator.").ToRpcException();

        var (exitCode, output) = await PipelineProcess.RunAsync(_home, services.Address, "serve", "--run", "--once", "--run-id", "rcheck");

        exitCode.ShouldBe(3, output);
        services.Calls.ShouldNotContain("provision");
        output.ShouldContain("TC314");
    }

    [Fact]
    public async Task What_the_verifier_asks_for_is_done_on_the_runs_own_stack_and_answered()
    {
        await using var services = await ScriptedServices.StartAsync();
        services.Wishes.Add(new Wish { LoseIngesters = new LoseIngesters() });
        services.Wishes.Add(new Wish { ShortenRetention = new ShortenRetention { Blocks = Seconds(1), CompactedBlocks = Seconds(2) } });

        var (exitCode, output) = await PipelineProcess.RunAsync(_home, services.Address, "serve", "--run", "--once", "--run-id", "rwish", "--rungs", "0-4,6", "--lives-on-within", "90s");

        exitCode.ShouldBe(0, output);
        services.Calls.ShouldBe(
        [
            "check", "provision", "diagnose", "deploy", "baseline", "generate", "verify", "lose-ingesters tempocos-rwish/simplest", "shorten-retention tempocos-rwish/simplest 1 2", "undeploy", "deprovision",
        ]);
        services.Answers.Select(answer => answer.InputCase).ShouldBe([VerifyInput.InputOneofCase.IngestersLost, VerifyInput.InputOneofCase.RetentionShortened]);
        services.Verified!.Rungs.ShouldBe([0, 1, 2, 3, 4, 6]);
        services.Verified.LivesOnWithin.ShouldBe(Seconds(90));
        output.ShouldContain("ingester-pods");
    }

    [Fact]
    public async Task What_cannot_be_done_is_answered_with_its_reason_and_the_run_goes_on()
    {
        await using var services = await ScriptedServices.StartAsync();
        services.Wishes.Add(new Wish { LoseIngesters = new LoseIngesters() });
        services.OnLoseIngesters = () => throw new DiagnosticException("TC327", "ns/simplest", "This run did not make the TempoStack", "Leave rung 6 out.").ToRpcException();

        var (exitCode, output) = await PipelineProcess.RunAsync(_home, services.Address, "serve", "--run", "--once", "--run-id", "rrefuse");

        exitCode.ShouldBe(0, output);
        services.Answers.ShouldHaveSingleItem().Refusal.Reason.ShouldContain("This run did not make the TempoStack");
        services.Calls.TakeLast(2).ShouldBe(["undeploy", "deprovision"]);
    }

    [Fact]
    public async Task On_request_the_key_is_changed_between_sending_and_verifying()
    {
        await using var services = await ScriptedServices.StartAsync();

        var (exitCode, output) = await PipelineProcess.RunAsync(_home, services.Address, "serve", "--run", "--once", "--rotate-key", "--run-id", "rturn");

        exitCode.ShouldBe(0, output);
        services.Calls.ShouldBe([
            "check", "provision", "diagnose", "deploy", "baseline", "generate",
            "rotate-key tempocos-rturn/ibm-cos-secret", "restart tempocos-rturn/simplest", "revoke-keys tempocos-rturn/ibm-cos-secret",
            "verify", "undeploy", "deprovision",
        ]);
        Receipt("rturn")["steps"]!.AsArray().Where(step => (string?)step!["stage"] == "rotate").Select(step => (string?)step!["step"]).ShouldBe(["resource-key", "components", "revoke-key"]);
    }

    [Fact]
    public async Task The_old_key_is_not_revoked_from_a_Tempo_that_could_not_be_restarted()
    {
        await using var services = await ScriptedServices.StartAsync();
        services.OnRestart = () => throw new DiagnosticException("TC331", "ingester", "the TempoStack is not ready in time", "Look at its pods.").ToRpcException();

        var (exitCode, output) = await PipelineProcess.RunAsync(_home, services.Address, "serve", "--run", "--once", "--rotate-key", "--run-id", "rstuck");

        exitCode.ShouldBe(3, output);
        services.Calls.ShouldNotContain(call => call.StartsWith("revoke-keys"));
        services.Calls.ShouldNotContain("verify");
        services.Calls.ShouldContain("deprovision");
    }

    [Fact]
    public async Task Something_left_behind_is_exit_code_4_and_is_named()
    {
        await using var services = await ScriptedServices.StartAsync();
        services.Leftovers.Add(new Leftover { Kind = "bucket", Id = "b", Reason = "it is not empty", Remedy = "tempocos destroy rleak" });

        var (exitCode, output) = await PipelineProcess.RunAsync(_home, services.Address, "serve", "--run", "--once", "--run-id", "rleak");

        exitCode.ShouldBe(4, output);
        output.ShouldContain("left behind: bucket b: it is not empty");
    }

    [Fact]
    public async Task An_interrupted_run_cleans_up_before_it_exits_130()
    {
        await using var services = await ScriptedServices.StartAsync();
        var generating = new TaskCompletionSource();
        services.OnGenerate = async cancelled =>
        {
            generating.SetResult();
            await Task.Delay(Timeout.Infinite, cancelled);
        };
        using var pipeline = PipelineProcess.Start(_home, services.Address, "serve", "--run", "--once", "--run-id", "rstop");
        await generating.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        pipeline.Signal("TERM");

        (await pipeline.WaitAsync()).ShouldBe(130, pipeline.Output);
        services.Calls.TakeLast(2).ShouldBe(["undeploy", "deprovision"]);
        services.Calls.ShouldNotContain("verify");
        ((int)Receipt("rstop")["exitCode"]!).ShouldBe(130);
    }

    [Fact]
    public async Task Kept_means_nothing_is_removed()
    {
        await using var services = await ScriptedServices.StartAsync();

        var (exitCode, output) = await PipelineProcess.RunAsync(_home, services.Address, "serve", "--run", "--once", "--keep", "--run-id", "rkeep");

        exitCode.ShouldBe(0, output);
        services.Calls.ShouldNotContain("undeploy");
        services.Verified!.Rungs.ShouldBe([0, 1, 2, 3, 4, 5, 6], "rung 7 would leave no trace to look at");
        output.ShouldContain("tempocos destroy rkeep");
    }

    [Theory]
    [InlineData(Verdict.Proven)]
    [InlineData(Verdict.Failed)]
    public async Task The_receipt_is_as_its_schema_says(Verdict verdict)
    {
        await using var services = await ScriptedServices.StartAsync();
        services.WrittenVerdict = verdict;
        services.LocationConstraint = "us-south-standard";
        services.Usage = new StorageUsage { ClassA = 7, ClassB = 5, Free = 3, BytesSent = 100, BytesReceived = 2000, Operations = { ["PutObject"] = 7, ["GetObject"] = 5, ["DeleteObject"] = 3 } };
        await PipelineProcess.RunAsync(_home, services.Address, "serve", "--run", "--once", "--run-id", "rshape");
        var schema = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "receipt.schema.json"), TestContext.Current.CancellationToken))!;
        var receipt = Receipt("rshape");

        Schema.Errors(schema, receipt).ShouldBeEmpty();

        receipt["rungs"]![0]!["verdict"] = "perhaps";
        receipt.AsObject().Remove("runId");
        receipt["secret"] = "s";
        Schema.Errors(schema, receipt).Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_service_that_is_not_there_is_named()
    {
        var (exitCode, output) = await PipelineProcess.RunAsync(_home, new Uri("http://127.0.0.1:1"), "serve", "--run", "--once", "--run-id", "rgone");

        exitCode.ShouldBe(4, output);
        output.ShouldContain("TC902");
        output.ShouldContain("tempostack-deployer");
        output.ShouldNotContain("   at ");
    }

    private static Google.Protobuf.WellKnownTypes.Duration Seconds(int seconds) => new() { Seconds = seconds };

    public void Dispose() => Directory.Delete(_home, recursive: true);

    private JsonNode Receipt(string runId) => JsonNode.Parse(File.ReadAllText(Path.Combine(_home, "runs", runId, "receipt.json")))!;
}
