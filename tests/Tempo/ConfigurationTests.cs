using TempoCos.Contracts;
using TempoCos.Tempo.Configuration;

namespace TempoCos.Tempo.Tests;

/// <summary>Flags and file.</summary>
public sealed class ConfigurationTests
{
    private const string Local = "storage: {trace: {backend: local, local: {path: x}}}\n";

    [Theory]
    [InlineData("a: ${X}", "a: 1")]
    [InlineData("a: ${MISSING:7}", "a: 7")]
    [InlineData("a: ${MISSING:-7}", "a: 7")]
    [InlineData("a: ${X:7}", "a: 1")]
    [InlineData("a: ${MISSING}", "a: ")]
    [InlineData("a: $X", "a: $X")]
    public void Variables_are_replaced_with_their_defaults(string text, string expanded) =>
        EnvironmentExpansion.Expand(text, name => name == "X" ? "1" : null).ShouldBe(expanded);

    [Theory]
    [InlineData("1h30m", 5400_000_000_000, "1h30m0s")]
    [InlineData("1.5s", 1_500_000_000, "1.5s")]
    [InlineData("250ms", 250_000_000, "250ms")]
    [InlineData("1d", 86400_000_000_000, "24h0m0s")]
    [InlineData("-5us", -5_000, "-5µs")]
    public void Durations_are_Gos(string text, long nanos, string printed)
    {
        GoDuration.TryParseNanos(text, out var parsed).ShouldBeTrue();
        parsed.ShouldBe(nanos);
        GoDuration.Format(nanos).ShouldBe(printed);
        GoDuration.TryParseNanos(text + "x", out _).ShouldBeFalse();
    }

    [Fact]
    public void Flags_go_over_the_file()
    {
        var settings = Read(
            "server: {http_listen_port: 1234, nobody_knows: [1]}\nstorage: {trace: {backend: s3, s3: {bucket: b, endpoint: 'h:1', insecure: true, access_key: file}}}",
            "-target=querier", "--storage.trace.s3.access_key=flag", "-storage.trace.s3.secret_key", "hidden", "-mem-ballast-size-mbs=1024", "-log.level=warn");

        settings.Server.ShouldBe(new ServerSettings("", 1234, "", 9095, "warn"));
        (settings.Storage.S3.AccessKey, settings.Storage.S3.SecretKey, settings.Storage.S3.Insecure).ShouldBe(("flag", "hidden", true));
        settings.Target.Components.ShouldBe(["querier"]);
        settings.Storage.S3.ToString().ShouldNotContain("hidden");
    }

    [Theory]
    [InlineData(Local + "server: {http_listen_port: many}", "TC353")]
    [InlineData(Local + "ingester: {trace_idle_period: soon}", "TC353")]
    [InlineData("storage: {trace: {backend: gcs}}", "TC356")]
    [InlineData("storage: {trace: {backend: s3, s3: {bucket: b, endpoint: 'https://h'}}}", "TC353")]
    [InlineData("a: [", "TC352")]
    [InlineData("- a", "TC352")]
    public void A_bad_file_is_one_diagnostic(string yaml, string code) => Should.Throw<DiagnosticException>(() => Read(yaml)).Code.ShouldBe(code);

    [Fact]
    public void A_bad_target_or_flag_is_one_diagnostic()
    {
        Should.Throw<DiagnosticException>(() => Read(Local, "-target=nothing")).Code.ShouldBe("TC354");
        Should.Throw<DiagnosticException>(() => Read(Local, "-bogus=1")).Code.ShouldBe("TC355");
        Should.NotThrow(() => Read(Local, "-target=all"));
    }

    [Theory]
    [InlineData("server: {http_listen_port: 1, nobody_knows: [1]}\nfoo: 3", "line 1: field nobody_knows not found in type server.Config; line 2: field foo not found in type app.Config")]
    [InlineData("distributor:\n  ring:\n    kvstore: {stor: x}", "line 3: field stor not found in type kv.Config")]
    [InlineData("storage: {trace: {s3: {buket: b}}}", "field buket not found in type s3.Config")]
    [InlineData("overrides: {defaults: {ingestion: {rate: 3}}}", "field rate not found in type overrides.IngestionOverrides")]
    [InlineData("overrides: {max_traces_per_usr: 3}", "field max_traces_per_usr not found in type overrides.Config")]
    public void A_key_that_Tempo_does_not_know_is_named_with_its_place(string yaml, string fault)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory["tempo.yaml"], yaml);

        var exception = Should.Throw<DiagnosticException>(() => ConfigurationTree.Load(CommandLine.Parse([$"-config.file={directory["tempo.yaml"]}"]), _ => null));

        exception.Code.ShouldBe("TC357");
        exception.Value.ShouldEndWith(fault);
    }

    [Theory]
    [InlineData("distributor: {receivers: {otlp: {protocols: {grpc: {anything: goes}}}, jaeger: }, ring: {kvstore: {store: memberlist}}}")]
    [InlineData("overrides: {ingestion_rate_limit_bytes: 3, per_tenant_override_config: x}")]
    [InlineData("overrides: {defaults: {ingestion: {rate_limit_bytes: 3}, read: {max_search_duration: 1h}}}")]
    [InlineData("storage: {trace: {backend: s3, s3: {bucket: b, forcepathstyle: true}, pool: {max_workers: 3}, wal: {path: x}}}\nusage_report: {reporting_enabled: false}\nquerier:")]
    public void Keys_of_the_real_one_are_taken_whether_or_not_they_mean_something_here(string yaml)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory["tempo.yaml"], yaml);
        Should.NotThrow(() => ConfigurationTree.Load(CommandLine.Parse([$"-config.file={directory["tempo.yaml"]}"]), _ => null));
    }

    [Fact]
    public async Task The_program_ends_with_one_line_and_exit_code_1()
    {
        using var directory = new TemporaryDirectory();
        var file = directory["tempo.yaml"];
        await File.WriteAllTextAsync(
            file, "storage: {trace: {backend: s3, s3: {bucket: nowhere, endpoint: '127.0.0.1:1', insecure: true, access_key: a, secret_key: topsecret}}}", TestContext.Current.CancellationToken);

        using var process = TempoProcess.Start(["-target=querier", $"-config.file={file}"]);
        await process.WaitForExitAsync();

        process.ExitCode.ShouldBe(1);
        process.Output.ShouldStartWith("TC253: the object store cannot be reached");
        process.Output.ShouldNotContain("   at ");
        process.Output.ShouldNotContain("topsecret");
    }

    private static TempoSettings Read(string yaml, params string[] args) =>
        TempoSettings.From(new(ConfigurationTree.Parse("test", yaml), CommandLine.Parse(args).Overrides));
}
