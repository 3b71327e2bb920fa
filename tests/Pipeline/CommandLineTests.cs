namespace TempoCos.Pipeline.Tests;

public sealed class CommandLineTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("tempocos-cli-").FullName;

    [Theory]
    [InlineData("--traces 0", "--traces 0")]
    [InlineData("--seed many", "--seed many: must be")]
    [InlineData("--traces ten", "--traces ten: must be")]
    [InlineData("--rate fast", "--rate fast: must be")]
    [InlineData("--replication-factor two", "--replication-factor two: must be")]
    [InlineData("--abort-uploads-after-days soon", "--abort-uploads-after-days soon: must be")]
    [InlineData("--run-id Prod_1", "--run-id Prod_1")]
    [InlineData("--written-within 5", "--written-within 5")]
    [InlineData("--manifest does-not-exist.yaml", "does-not-exist.yaml")]
    [InlineData("--format yaml", "yaml")]
    [InlineData("--pipeline 127.0.0.1:5000", "--pipeline 127.0.0.1:5000")]
    [InlineData("--rungs 5-3", "--rungs 5-3")]
    [InlineData("--rungs 0-8", "--rungs 0-8")]
    [InlineData("--hard-quota tenGiB", "--hard-quota tenGiB")]
    [InlineData("--adopt namespace", "--adopt namespace")]
    [InlineData("--abort-uploads-after-days 0", "--abort-uploads-after-days 0")]
    [InlineData("--provider gcs", "gcs")]
    [InlineData("--s3-endpoint s3.example.com", "--s3-endpoint s3.example.com")]
    [InlineData("--set spec.a", "--set spec.a")]
    [InlineData("--change =2", "--change =2")]
    [InlineData("--replicas querier", "--replicas querier")]
    [InlineData("--replicas ruler=2", "--replicas ruler=2")]
    [InlineData("--replication-factor 0", "--replication-factor 0")]
    [InlineData("--retention forever", "--retention forever")]
    [InlineData("--ingress nodeport", "nodeport")]
    [InlineData("--tenant-mode dynamic", "dynamic")]
    [InlineData("--size 2x.small", "2x.small")]
    [InlineData("--store-ca does-not-exist.pem", "does-not-exist.pem")]
    [InlineData("--reach teleport", "teleport")]
    [InlineData("--token-secret token", "--token-secret token")]
    [InlineData("--bogus", "--bogus")]
    public async Task Wrong_options_are_exit_code_2_and_name_the_value(string arguments, string named)
    {
        var (exitCode, output) = await PipelineProcess.RunAsync(_home, null, ["run", .. arguments.Split(' ')]);

        exitCode.ShouldBe(2, output);
        output.ShouldContain(named);
        output.ShouldContain("tempocos run --help");
    }

    [Fact]
    public async Task A_Kustomize_folder_and_one_without_YAML_are_refused_with_what_to_do()
    {
        var (kustomized, empty) = (Directory.CreateDirectory(Path.Combine(_home, "overlay")).FullName, Directory.CreateDirectory(Path.Combine(_home, "empty")).FullName);
        await File.WriteAllTextAsync(Path.Combine(kustomized, "kustomization.yaml"), "resources: [a.yaml]", TestContext.Current.CancellationToken);

        var first = await PipelineProcess.RunAsync(_home, null, "run", "--manifest", kustomized);
        var second = await PipelineProcess.RunAsync(_home, null, "plan", "--manifest", empty);

        first.ExitCode.ShouldBe(2, first.Output);
        first.Output.ShouldContain($"kubectl kustomize {kustomized} | tempocos run --manifest -");
        second.ExitCode.ShouldBe(2, second.Output);
        second.Output.ShouldContain("has no *.yaml");
    }

    [Theory]
    [InlineData("run", "[default: 5m]")]
    [InlineData("sweep", "[default: 24h]")]
    [InlineData("serve", "[default: not at all]")]
    [InlineData("cost", "[default: 48h]")]
    public async Task Durations_are_shown_as_they_are_written(string command, string shown)
    {
        var (_, output) = await PipelineProcess.RunAsync(_home, null, command, "--help");

        output.ShouldContain(shown);
        output.ShouldNotContain(":00:00");
    }

    [Fact]
    public async Task Destroy_wants_runs_or_all_and_not_both()
    {
        (await PipelineProcess.RunAsync(_home, null, "destroy")).ExitCode.ShouldBe(2);
        (await PipelineProcess.RunAsync(_home, null, "destroy", "rsome", "--all")).ExitCode.ShouldBe(2);
    }

    [Theory]
    [InlineData("")]
    [InlineData("run")]
    [InlineData("plan")]
    [InlineData("change")]
    [InlineData("destroy")]
    [InlineData("status")]
    [InlineData("sweep")]
    [InlineData("leaks")]
    [InlineData("serve")]
    [InlineData("doctor")]
    [InlineData("explain")]
    public async Task Every_command_has_help(string command)
    {
        var (exitCode, output) = await PipelineProcess.RunAsync(_home, null, [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);

        exitCode.ShouldBe(0);
        output.ShouldContain("Usage:");
        output.ShouldContain("tempocos");
    }

    [Fact]
    public async Task Without_a_pipeline_and_without_an_AppHost_there_is_one_clear_error()
    {
        var (exitCode, output) = await PipelineProcess.RunAsync(_home, null, "run");

        exitCode.ShouldBe(3);
        output.ShouldContain("TC904");
        output.ShouldContain("fix:");
        output.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task A_home_that_cannot_be_written_is_named()
    {
        await using var services = await ScriptedServices.StartAsync();
        var file = Path.Combine(_home, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);

        var (exitCode, output) = await PipelineProcess.RunAsync(file, services.Address, "serve", "--run", "--once");

        exitCode.ShouldBe(3, output);
        output.ShouldContain("TC901");
        services.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_home_that_no_AppHost_can_use_is_named_before_one_is_started()
    {
        // Where the AppHost's log is to be; it might as well be a directory that is read-only.
        Directory.CreateDirectory(Path.Combine(_home, "apphost.log"));
        using var process = PipelineProcess.StartWith(new() { ["TEMPOCOS_APPHOST"] = typeof(CommandLineTests).Assembly.Location }, _home, null, "run");

        (await process.WaitAsync()).ShouldBe(3, process.Output);
        process.Output.ShouldContain("TC901");
        process.Output.ShouldContain(_home);
        process.Output.ShouldNotContain("starting the services");
        process.Output.ShouldNotContain("   at ");
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);
}
