using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Grpc.Net.Client;

namespace TempoCos.Pipeline.Tests;

/// <summary>The command as a client of a pipeline service: both are the built program.</summary>
public sealed class ClientTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("tempocos-client-").FullName;

    [Fact]
    public async Task Run_shows_the_stream_and_takes_over_the_exit_code_and_json_is_the_receipt()
    {
        await using var services = await ScriptedServices.StartAsync();
        services.WrittenVerdict = Verdict.Failed;
        using var server = await PipelineServer.StartAsync(_home, services);

        var (exitCode, output) = await server.RunAsync("run", "--run-id", "rtext");
        var (jsonExitCode, json) = await server.RunAsync("run", "--run-id", "rjson", "--format", "json");

        exitCode.ShouldBe(1, output);
        output.ShouldContain("rung 2 written");
        output.ShouldContain("no block in the bucket");
        jsonExitCode.ShouldBe(1);
        ((string?)JsonNode.Parse(json[json.IndexOf('{', StringComparison.Ordinal)..(json.LastIndexOf('}') + 1)])!["runId"]).ShouldBe("rjson");
    }

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    public async Task The_progress_of_a_clean_up_is_shown_in_either_format_and_json_ends_with_one_document(string format)
    {
        await using var services = await ScriptedServices.StartAsync();
        services.CleanUpProgress.Add("Deleted 41,000 objects from b, 4,100 a second, more than 3,000 left (10 s)");
        services.Leftovers.Add(new Leftover { Kind = "bucket", Id = "b", Reason = "TC502: 1 object cannot be deleted", Remedy = "wait" });
        using var server = await PipelineServer.StartAsync(_home, services);

        var (exitCode, output) = await server.RunAsync("destroy", "rleft", "--format", format);

        exitCode.ShouldBe(4, output);
        output.ShouldContain("Deleted 41,000 objects from b, 4,100 a second, more than 3,000 left (10 s)");
        if (format == "json")
        {
            var document = JsonNode.Parse(output[output.IndexOf('{', StringComparison.Ordinal)..(output.LastIndexOf('}') + 1)])!;
            ((int)document["exitCode"]!).ShouldBe(4);
            ((string?)document["leftovers"]![0]!["reason"]).ShouldBe("TC502: 1 object cannot be deleted");
        }
    }

    [Fact]
    public async Task Interrupting_the_command_cleans_up_and_exits_130()
    {
        await using var services = await ScriptedServices.StartAsync();
        var generating = new TaskCompletionSource();
        services.OnGenerate = async cancelled =>
        {
            generating.SetResult();
            await Task.Delay(Timeout.Infinite, cancelled);
        };
        using var server = await PipelineServer.StartAsync(_home, services);
        using var client = PipelineProcess.Start(_home, null, "run", "--run-id", "rctrl", "--pipeline", server.Address);
        await generating.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        client.Signal("INT");

        (await client.WaitAsync()).ShouldBe(130, client.Output);
        services.Calls.TakeLast(2).ShouldBe(["undeploy", "deprovision"]);
    }

    [Fact]
    public async Task A_caller_that_reads_no_more_and_then_goes_away_interrupts_its_run_which_cleans_up_all_the_same()
    {
        await using var services = await ScriptedServices.StartAsync();

        // More than a stream holds for its reader: an answer is about to be written when the caller goes.
        services.Checks.AddRange(Enumerable.Range(0, 40).Select(_ => new CheckResult { Id = "TC204", Name = "payload-modes", Severity = CheckSeverity.Pass, Message = new string('x', 100_000) }));
        var deploying = new TaskCompletionSource();
        services.OnDeploy = async cancelled =>
        {
            deploying.SetResult();
            await Task.Delay(Timeout.Infinite, cancelled);
        };
        using var server = await PipelineServer.StartAsync(_home, services);
        using var channel = GrpcChannel.ForAddress(server.Address);
        using (new Contracts.Pipeline.PipelineClient(channel).Run(new RunRequest { RunId = "rdeaf" }, cancellationToken: TestContext.Current.CancellationToken))
        {
            await deploying.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        }

        for (var waited = Stopwatch.StartNew(); services.Calls.LastOrDefault() != "deprovision"; await Task.Delay(50, TestContext.Current.CancellationToken))
        {
            waited.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(60), string.Join(", ", services.Calls));
        }

        services.Calls.TakeLast(2).ShouldBe(["undeploy", "deprovision"]);
    }

    [Fact]
    public async Task Status_lists_what_is_left_and_destroy_removes_it()
    {
        await using var services = await ScriptedServices.StartAsync();
        using var server = await PipelineServer.StartAsync(_home, services);

        var status = await server.RunAsync("status", "--format", "json");
        var destroy = await server.RunAsync("destroy", "--all");

        status.ExitCode.ShouldBe(4, status.Output);
        status.Output.ShouldContain("rleft");
        destroy.ExitCode.ShouldBe(0, destroy.Output);
        destroy.Output.ShouldContain("destroyed rleft");
        services.Calls.ShouldBe(["undeploy", "deprovision"]);
    }

    [Theory]
    [InlineData("change", 0)]
    [InlineData("refused", 3)]
    public async Task Plan_shows_each_object_with_its_difference_and_a_refusal_is_exit_code_3(string action, int expected)
    {
        await using var services = await ScriptedServices.StartAsync();
        services.Planned.Objects.Add(new PlannedObject
        {
            ApiVersion = "v1",
            Kind = "ConfigMap",
            Namespace = "ns",
            Name = "settings",
            Action = action,
            Diff = "@@ -1,1 +1,1 @@\n-a: 1\n+a: 2\n",
            Warnings = { "be careful" },
            Refusal = action == "refused" ? "TC327: it is not this run's" : "",
        });
        using var server = await PipelineServer.StartAsync(_home, services);

        var text = await server.RunAsync("plan", "--run-id", "rplan", "--dry-run=server", "--set", "spec.a=1");
        var json = await server.RunAsync("plan", "--run-id", "rplan", "--format", "json");

        text.ExitCode.ShouldBe(expected, text.Output);
        text.Output.ShouldContain($"{action,-9} ConfigMap ns/settings");
        text.Output.ShouldContain("    +a: 2");
        text.Output.ShouldContain("warning: be careful");
        json.ExitCode.ShouldBe(expected, json.Output);
        ((string?)JsonNode.Parse(json.Output[json.Output.IndexOf('{', StringComparison.Ordinal)..(json.Output.LastIndexOf('}') + 1)])!["objects"]![0]!["action"]).ShouldBe(action);
        services.Calls.ShouldBe(["plan", "plan"]);
        (services.PlanAsked!.Deploy.RunId, services.PlanAsked.Deploy.Namespace, services.PlanAsked.ServerDryRun).ShouldBe(("rplan", "tempocos-rplan", false));
    }

    [Fact]
    public async Task Change_finds_the_stack_of_a_kept_run_by_its_receipt()
    {
        await using var services = await ScriptedServices.StartAsync();
        using var server = await PipelineServer.StartAsync(_home, services);
        (await server.RunAsync("run", "--run-id", "rkept", "--keep")).ExitCode.ShouldBe(0);

        var changed = await server.RunAsync("change", "rkept", "--set", "spec.template.querier.replicas=2", "--tempo-image", "grafana/tempo:2.10.9");
        var never = await server.RunAsync("change", "rnever", "--set", "spec.a=2");

        changed.ExitCode.ShouldBe(0, changed.Output);
        changed.Output.ShouldContain("spec.template.querier.replicas = 2; 1 fresh pods");
        services.Calls.Last().ShouldBe("change tempocos-rkept/simplest spec.template.querier.replicas=2");
        (services.ChangeAsked!.Kind, services.ChangeAsked.Options.TempoImage).ShouldBe(("TempoStack", "grafana/tempo:2.10.9"));
        never.ExitCode.ShouldBe(3, never.Output);
        never.Output.ShouldContain("TC906");
    }

    [Theory]
    [InlineData(CheckSeverity.Pass, 0)]
    [InlineData(CheckSeverity.Warning, 0)]
    [InlineData(CheckSeverity.Fail, 1)]
    public async Task Doctor_without_a_location_asks_the_services_and_shows_what_they_find(CheckSeverity severity, int expected)
    {
        await using var services = await ScriptedServices.StartAsync();
        services.Checks.Add(new CheckResult { Id = "TC102", Name = "api-key", Severity = severity, Message = "it is so", Fix = severity == CheckSeverity.Pass ? "" : "Make it otherwise." });
        using var server = await PipelineServer.StartAsync(_home, services);

        var (exitCode, output) = await server.RunAsync("doctor", "--run", "rkept", "--ignore", "TC206");

        exitCode.ShouldBe(expected, output);
        services.Diagnosed!.RunId.ShouldBe("rkept");
        services.Diagnosed.Ignore.ShouldBe(["TC206"]);
        services.Diagnosed.Plan.ShouldNotBeNull();
        output.ShouldContain("TC102 api-key");
        output.ShouldContain("run rkept: ");
    }

    [Fact]
    public async Task Leaks_are_listed_with_exit_code_4_and_none_with_0()
    {
        await using var services = await ScriptedServices.StartAsync();
        using var server = await PipelineServer.StartAsync(_home, services);

        var none = await server.RunAsync("leaks");
        services.Leaks.Add(Leak("tempocos-rlost", TimeSpan.FromDays(2)));
        var text = await server.RunAsync("leaks");
        var json = await server.RunAsync("leaks", "--format", "json");

        none.ExitCode.ShouldBe(0, none.Output);
        none.Output.ShouldContain("No leaks");
        text.ExitCode.ShouldBe(4, text.Output);
        text.Output.ShouldContain("tempocos-rlost");
        json.ExitCode.ShouldBe(4, json.Output);
        ((string?)JsonNode.Parse(json.Output)!["leaks"]![0]!["runId"]).ShouldBe("rlost");
    }

    [Fact]
    public async Task Sweep_removes_what_is_old_and_leaves_what_may_be_under_way()
    {
        await using var services = await ScriptedServices.StartAsync();
        services.LeftSince = DateTime.UtcNow - TimeSpan.FromHours(30);
        services.Leaks.Add(Leak("tempocos-rlost", TimeSpan.FromHours(30)));
        services.Leaks.Add(Leak("tempocos-ryoung", TimeSpan.FromHours(1)));
        using var server = await PipelineServer.StartAsync(_home, services);

        var dry = await server.RunAsync("sweep", "--older-than", "24h", "--dry-run");
        services.Calls.ShouldBeEmpty();
        services.RemovedLeaks.ShouldBeEmpty();
        var older = await server.RunAsync("sweep", "--older-than", "48h");
        services.Calls.ShouldBeEmpty();
        services.RemovedLeaks.ShouldBeEmpty();
        var sweep = await server.RunAsync("sweep", "--older-than", "24h");

        dry.ExitCode.ShouldBe(4, dry.Output);
        dry.Output.ShouldContain("Would destroy run rleft");
        dry.Output.ShouldContain("Would remove resource-instance tempocos-rlost");
        dry.Output.ShouldContain("tempocos-ryoung");
        older.ExitCode.ShouldBe(0, older.Output);
        older.Output.ShouldContain("nothing to sweep");
        sweep.ExitCode.ShouldBe(0, sweep.Output);
        services.Calls.ShouldBe(["undeploy", "deprovision"]);
        services.RemovedLeaks.ShouldBe(["tempocos-rlost"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_AppHost_is_used_that_has_announced_itself_and_answers_and_no_other(bool answers)
    {
        await using var services = await ScriptedServices.StartAsync();
        using var server = await PipelineServer.StartAsync(_home, services);
        using var deaf = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        deaf.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        // Its process is there in either case: one may be ending, or its number be another's by now.
        var pipeline = answers ? server.Address : $"http://{deaf.LocalEndPoint}";
        await File.WriteAllTextAsync(
            Path.Combine(_home, "apphost.json"), $$"""{"pid":{{Environment.ProcessId}},"pipeline":"{{pipeline}}","http":"{{pipeline}}","dashboard":null}""", TestContext.Current.CancellationToken);

        var (exitCode, output) = await PipelineProcess.RunAsync(_home, null, "status");

        exitCode.ShouldBe(answers ? 4 : 3, output);
        output.ShouldContain(answers ? "using the AppHost that runs" : "TC904");
        output.ShouldNotContain("TC902");
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);

    private static Leak Leak(string name, TimeSpan age) => new()
    {
        Kind = "resource-instance",
        Name = name,
        Id = $"id of {name}",
        RunId = name.Split('-')[1],
        Created = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTime(DateTime.UtcNow - age),
        Evidence = "its name and its tags",
    };
}
