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

        services.StorageSecret = "traces-s3";
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
            SecretName = "traces-s3",
        });
        services.DeployAsked!.SecretName.ShouldBe("traces-s3");
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
    public async Task A_changed_stack_is_climbed_before_again_and_with_fresh_traces_and_only_the_last_climb_destroys()
    {
        await using var services = await ScriptedServices.StartAsync();

        var (exitCode, output) = await PipelineProcess.RunAsync(
            _home, services.Address, "serve", "--run", "--once", "--rotate-key", "--seed", "42", "--change", "spec.template.querier.replicas=2", "--run-id", "rchange");

        exitCode.ShouldBe(0, output);
        services.Calls.ShouldBe([
            "check", "provision", "diagnose", "deploy", "baseline", "generate",
            "rotate-key tempocos-rchange/ibm-cos-secret", "restart tempocos-rchange/simplest", "revoke-keys tempocos-rchange/ibm-cos-secret",
            "verify", "change tempocos-rchange/simplest spec.template.querier.replicas=2", "generate-fresh", "verify", "verify", "undeploy", "deprovision",
        ]);
        services.CheckAsked!.Change.ShouldBe(["spec.template.querier.replicas=2"], "what is wrong with it is known before anything is made");
        services.ChangeAsked!.Kind.ShouldBe("TempoStack");
        services.AllVerified.Select(verify => (verify.Manifest.RunId, verify.Manifest.Seed)).ShouldBe([("rchange", 42UL), ("rchange", 42UL), ("rchange-fresh", 43UL)]);
        services.AllVerified.Select(verify => string.Join(',', verify.Rungs)).ShouldBe(["0,1,2,3,4,5", "0,1,2,3,4,5", ""]);
        var receipt = Receipt("rchange");
        receipt["climbs"]!.AsArray().Select(climb => (string?)climb!["name"]).ShouldBe(["before-change", "again", "fresh"]);
        receipt["rungs"]!.AsArray().Count.ShouldBe(2, "those of the last climb");
        ((string?)receipt["change"]!["now"]!["spec.template.querier.replicas"]).ShouldBe("2");
        Schema.Errors(await SchemaAsync(), receipt).ShouldBeEmpty();
        XDocument.Load(Path.Combine(_home, "runs", "rchange", "junit.xml")).Descendants("testcase").Select(test => (string?)test.Attribute("classname")).Distinct()
            .ShouldBe(["tempocos.ladder.before-change", "tempocos.ladder.again", "tempocos.ladder.fresh", "tempocos.run"]);
    }

    [Theory]
    [InlineData(Verdict.Failed, Verdict.Proven, Verdict.Proven, 1)]
    [InlineData(Verdict.Proven, Verdict.Failed, Verdict.Proven, 3)]
    [InlineData(Verdict.Proven, Verdict.Proven, Verdict.NotShown, 3)]
    public async Task Any_climb_that_is_not_proven_fails_the_run_and_nothing_is_changed_after_the_first(Verdict before, Verdict again, Verdict fresh, int climbs)
    {
        await using var services = await ScriptedServices.StartAsync();
        Verdict[] verdicts = [before, again, fresh];
        Array.ForEach(verdicts, services.Verdicts.Enqueue);

        var (exitCode, output) = await PipelineProcess.RunAsync(_home, services.Address, "serve", "--run", "--once", "--change", "spec.a=2", "--run-id", "rclimb");

        exitCode.ShouldBe(1, output);
        services.Calls.Count(call => call == "verify").ShouldBe(climbs);
        services.Calls.Any(call => call.StartsWith("change ", StringComparison.Ordinal)).ShouldBe(climbs > 1);
        ((string?)Receipt("rclimb")["verdict"]).ShouldBe(verdicts.First(verdict => verdict != Verdict.Proven) == Verdict.Failed ? "failed" : "not shown");
    }

    [Fact]
    public async Task A_change_that_does_not_become_ready_ends_the_run_and_is_cleaned_up()
    {
        await using var services = await ScriptedServices.StartAsync();
        services.OnChange = () => throw new DiagnosticException("TC334", "example.com/none:1", "the image cannot be had", "Correct it.").ToRpcException();

        var (exitCode, output) = await PipelineProcess.RunAsync(_home, services.Address, "serve", "--run", "--once", "--change", "spec.images.tempo=example.com/none:1", "--run-id", "rimage");

        exitCode.ShouldBe(3, output);
        output.ShouldContain("TC334");
        services.Calls.TakeLast(2).ShouldBe(["undeploy", "deprovision"]);
        ((string?)Receipt("rimage")["climbs"]![0]!["verdict"]).ShouldBe("proven", "what was shown before stays in the receipt");
        Schema.Errors(await SchemaAsync(), Receipt("rimage")).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_asked_of_the_stack_gets_to_the_deployer_and_into_the_receipt_and_the_tenant_to_the_verifier()
    {
        await using var services = await ScriptedServices.StartAsync();
        var folder = Directory.CreateDirectory(Path.Combine(_home, "manifests")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "b.yaml"), "kind: TempoMonolithic", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "a.yml"), "kind: ConfigMap\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "c.txt"), "not this one", TestContext.Current.CancellationToken);
        var extra = Path.Combine(_home, "extra.yaml");
        await File.WriteAllTextAsync(extra, "ingester: {}", TestContext.Current.CancellationToken);

        var (exitCode, output) = await PipelineProcess.RunAsync(
            _home, services.Address, "serve", "--run", "--once", "--run-id", "rasked", "--manifest", folder, "--set", "spec.timeout=1m", "--set", "spec.env[0].value=hidden-word",
            "--replicas", "querier=2,ingester=3", "--retention", "24h", "--tenant", "dev", "--extra-config", extra, "--reach", "ingress", "--gateway-tenant", "dev", "--token-secret", "ns/name:token");

        exitCode.ShouldBe(0, output);
        var asked = services.DeployAsked!;
        asked.Manifest.ShouldBe($"# tempocos-file: {folder}/a.yml\nkind: ConfigMap\n---\n# tempocos-file: {folder}/b.yaml\nkind: TempoMonolithic\n");
        asked.Set.ShouldBe(["spec.timeout=1m", "spec.env[0].value=hidden-word"]);
        asked.Options.Replicas.ShouldBe(new Dictionary<string, int> { ["querier"] = 2, ["ingester"] = 3 }, ignoreOrder: true);
        (asked.Options.Retention.Seconds, asked.Options.ExtraConfig).ShouldBe((86400, "ingester: {}"));
        (asked.Reach.By, asked.Reach.Tenant, asked.Reach.TokenSecret).ShouldBe((ReachBy.Ingress, "dev", "ns/name:token"));
        services.Verified!.Tenant.ShouldBe("dev");
        var receipt = Receipt("rasked");
        ((string?)receipt["tempo"]!["kind"]).ShouldBe("TempoMonolithic");
        ((string?)receipt["tempo"]!["tenant"]).ShouldBe("dev");
        ((string?)receipt["tempo"]!["reached"]![0]!["target"]).ShouldBe("service/tempo-simplest-distributor:4317");
        receipt["tempo"]!["asked"]!["set"]!.ToJsonString().ShouldBe("""["spec.timeout=1m","spec.env[0].value=(not shown)"]""");
        ((string?)receipt["tempo"]!["asked"]!["options"]!["replicas.querier"]).ShouldBe("2");
        receipt.ToJsonString().ShouldNotContain("hidden-word");
        Schema.Errors(await SchemaAsync(), receipt).ShouldBeEmpty();
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
        var schema = await SchemaAsync();
        var receipt = Receipt("rshape");

        Schema.Errors(schema, receipt).ShouldBeEmpty();

        receipt["rungs"]![0]!["verdict"] = "perhaps";
        receipt.AsObject().Remove("runId");
        receipt["secret"] = "s";
        Schema.Errors(schema, receipt).Count.ShouldBe(3);
    }

    [Fact]
    public async Task What_nobody_expects_is_told_as_a_defect_and_the_run_is_cleaned_up_all_the_same()
    {
        await using var services = await ScriptedServices.StartAsync();
        services.Wishes.Add(new Wish { LoseIngesters = new() });
        services.VerifierHangsUp = true;

        // When the answer is to be written, the verifier has gone.
        services.OnLoseIngesters = () => Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        var (exitCode, output) = await PipelineProcess.RunAsync(_home, services.Address, "serve", "--run", "--once", "--run-id", "roddend");

        exitCode.ShouldBe(3, output);
        output.ShouldContain("TC999");
        services.Calls.TakeLast(2).ShouldBe(["undeploy", "deprovision"]);
        ((string?)Receipt("roddend")["error"]!["code"]).ShouldBe("TC999");
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

    [Fact]
    public async Task A_service_that_does_not_come_in_time_ends_it_before_anything_is_asked()
    {
        var (exitCode, output) = await PipelineProcess.RunAsync(_home, new Uri("http://127.0.0.1:1"), "serve", "--run", "--once", "--run-id", "rlate", "--services-within", "1s");

        exitCode.ShouldBe(3, output);
        output.ShouldContain("TC902");
        output.ShouldContain("does not serve after 1 s");
        Directory.Exists(Path.Combine(_home, "runs", "rlate")).ShouldBeFalse();
    }

    private static Google.Protobuf.WellKnownTypes.Duration Seconds(int seconds) => new() { Seconds = seconds };

    public void Dispose() => Directory.Delete(_home, recursive: true);

    private static async Task<JsonNode> SchemaAsync() =>
        JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "receipt.schema.json"), TestContext.Current.CancellationToken))!;

    private JsonNode Receipt(string runId) => JsonNode.Parse(File.ReadAllText(Path.Combine(_home, "runs", runId, "receipt.json")))!;
}
