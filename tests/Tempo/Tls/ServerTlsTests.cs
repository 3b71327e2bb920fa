using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using TempoCos.Contracts;
using TempoCos.Otlp;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Http;

namespace TempoCos.Tempo.Tests.Tls;

/// <summary>One process with TLS everywhere, as the operator configures it.</summary>
public sealed class ServerTlsTests : IAsyncLifetime
{
    private const string Name = "tempo-simplest-query-frontend.traces.svc.cluster.local";
    private readonly TemporaryDirectory _directory = new();
    private readonly TestAuthority _authority = new();
    private Microsoft.AspNetCore.Builder.WebApplication _app = null!;
    private IReadOnlyList<Listener> _listeners = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _authority.WriteTo(_directory, "localhost", Name);
        var settings = TempoSettings.From(new(ConfigurationTree.Parse("test", Yaml(_directory)), new Dictionary<string, string>()));
        _app = TempoApp.Create(settings);
        await _app.Services.GetRequiredService<Lifecycle>().PrepareAsync(Stop);
        await _app.StartAsync(Stop);
        _listeners = TempoApp.Opened(_app, TempoApp.Plan(settings));
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _authority.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task The_API_answers_whoever_shows_a_certificate_of_the_authority_and_nobody_else()
    {
        using var known = _authority.Client(Address(ListenerRole.Http), Name, "somebody");
        await Eventually.TrueAsync("Tempo is ready", async () => (await known.GetAsync("/ready", Stop)).IsSuccessStatusCode);

        using var without = _authority.Client(Address(ListenerRole.Http), Name);
        using var other = new TestAuthority("another-signer");
        await Should.ThrowAsync<HttpRequestException>(() => without.GetAsync("/ready", Stop));
        using var distrustful = other.Client(Address(ListenerRole.Http), Name, "somebody");
        await Should.ThrowAsync<HttpRequestException>(() => distrustful.GetAsync("/ready", Stop));
        using var misled = _authority.Client(Address(ListenerRole.Http), "another.name", "somebody");
        await Should.ThrowAsync<HttpRequestException>(() => misled.GetAsync("/ready", Stop));
    }

    [Fact]
    public async Task Health_is_answered_without_a_client_certificate_at_the_internal_server_and_nothing_else_is()
    {
        using var probe = _authority.Client(Address(ListenerRole.Internal), "localhost");

        await Eventually.TrueAsync("Tempo is ready", async () => (await probe.GetAsync("/ready", Stop)).IsSuccessStatusCode);
        (await probe.GetAsync("/api/echo", Stop)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_receiver_takes_traces_over_mutual_TLS()
    {
        var address = Address(ListenerRole.OtlpGrpc);
        using var http = _authority.Client(address, "localhost", "somebody");
        using var channel = GrpcChannel.ForAddress(http.BaseAddress!, new GrpcChannelOptions { HttpClient = http });
        var traces = Sending.Traces(1);

        await new TraceService.TraceServiceClient(channel).ExportAsync(new() { ResourceSpans = { traces[0].ResourceSpans } }, cancellationToken: Stop);

        using var anonymous = _authority.Client(address, "localhost");
        using var refused = GrpcChannel.ForAddress(http.BaseAddress!, new GrpcChannelOptions { HttpClient = anonymous });
        await Should.ThrowAsync<RpcException>(async () =>
            await new TraceService.TraceServiceClient(refused).ExportAsync(new() { ResourceSpans = { traces[0].ResourceSpans } }, cancellationToken: Stop));
    }

    [Fact]
    public async Task A_rotated_certificate_is_shown_to_the_next_connection()
    {
        using var before = _authority.Client(Address(ListenerRole.Http), "renamed.example", "somebody");
        await Should.ThrowAsync<HttpRequestException>(() => before.GetAsync("/ready", Stop));

        _authority.WriteTo(_directory, "renamed.example");

        using var after = _authority.Client(Address(ListenerRole.Http), "renamed.example", "somebody");
        (await after.GetAsync("/status/version", Stop)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("cert_file: CRT, key_file: missing.key", "cert_file")]
    [InlineData("cert_file: CRT", "key_file")]
    [InlineData("cert_file: CRT, key_file: KEY, client_auth_type: Maybe", "client_auth_type")]
    [InlineData("cert_file: CRT, key_file: KEY, client_ca_file: CA", "client_auth_type")]
    [InlineData("cert_file: CRT, key_file: KEY, client_auth_type: RequireAndVerifyClientCert, client_ca_file: missing.crt", "client_ca_file")]
    public void A_TLS_configuration_that_cannot_work_names_its_key(string tls, string key)
    {
        var yaml = $"server: {{http_tls_config: {{{tls.Replace("CRT", _directory["tls.crt"], StringComparison.Ordinal).Replace("KEY", _directory["tls.key"], StringComparison.Ordinal).Replace("CA", _directory["service-ca.crt"], StringComparison.Ordinal)}}}}}";

        var fault = Should.Throw<DiagnosticException>(() => TempoSettings.From(new(ConfigurationTree.Parse("test", yaml), new Dictionary<string, string>())));

        fault.Message.ShouldContain("server.http_tls_config." + key);
    }

    private Uri Address(ListenerRole role) => new($"https://127.0.0.1:{_listeners.Single(listener => listener.Role == role).Port}");

    private static string Yaml(TemporaryDirectory directory)
    {
        var mutual = $"{{cert_file: '{directory["tls.crt"]}', key_file: '{directory["tls.key"]}', client_ca_file: '{directory["service-ca.crt"]}', client_auth_type: RequireAndVerifyClientCert}}";
        var receiver = $"{{cert_file: '{directory["tls.crt"]}', key_file: '{directory["tls.key"]}', client_ca_file: '{directory["service-ca.crt"]}', min_version: \"1.2\"}}";
        return $$$$$$$$"""
            server: {http_listen_address: 127.0.0.1, http_listen_port: 0, grpc_listen_address: 127.0.0.1, grpc_listen_port: 0, log_level: error,
              tls_min_version: VersionTLS12, http_tls_config: {{{{{{{{mutual}}}}}}}}, grpc_tls_config: {{{{{{{{mutual}}}}}}}}}
            internal_server: {enable: true, http_listen_address: 127.0.0.1, http_listen_port: 0, http_tls_config: {cert_file: '{{{{{{{{directory["tls.crt"]}}}}}}}}', key_file: '{{{{{{{{directory["tls.key"]}}}}}}}}'}}
            distributor: {receivers: {otlp: {protocols: {grpc: {endpoint: "127.0.0.1:0", tls: {{{{{{{{receiver}}}}}}}}}}}}}
            storage: {trace: {backend: local, local: {path: '{{{{{{{{directory["blocks"]}}}}}}}}'}, wal: {path: '{{{{{{{{directory["wal"]}}}}}}}}'}}}
            """;
    }
}
