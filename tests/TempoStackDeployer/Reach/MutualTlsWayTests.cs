using System.Net;
using System.Text;
using k8s;
using k8s.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using TempoCos.Tempo;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.Tests;
using TempoCos.Tempo.Tests.Tls;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Reach;

namespace TempoCos.TempoStackDeployer.Tests.Reach;

/// <summary>A Tempo that asks for client certificates, which are in a cluster's Secret and ConfigMap as the operator puts them there.</summary>
[Collection(SandboxCluster.Others)]
public sealed class MutualTlsWayTests : IAsyncLifetime
{
    private const string Namespace = "traces";
    private const string Secret = "tempo-simplest-query-frontend-mtls";
    private const string Bundle = "tempo-simplest-ca-bundle";
    private const string Host = "tempo-simplest-query-frontend.traces.svc";
    private readonly TemporaryDirectory _directory = new();
    private readonly TestAuthority _authority = new();
    private readonly ManualTime _time = new();
    private SandboxCluster _cluster = null!;
    private ClusterConnection _connection = null!;
    private WebApplication _tempo = null!;
    private IReadOnlyList<Listener> _listeners = [];
    private LoopbackProxy? _proxy;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _authority.WriteTo(_directory, "localhost", Host);
        var mutual = $"{{cert_file: '{_directory["tls.crt"]}', key_file: '{_directory["tls.key"]}', client_ca_file: '{_directory["service-ca.crt"]}', client_auth_type: RequireAndVerifyClientCert}}";
        var receiver = $"{{cert_file: '{_directory["tls.crt"]}', key_file: '{_directory["tls.key"]}', client_ca_file: '{_directory["service-ca.crt"]}'}}";
        var settings = TempoSettings.From(new(ConfigurationTree.Parse("test", $$$$$$"""
            server: {http_listen_address: 127.0.0.1, http_listen_port: 0, grpc_listen_address: 127.0.0.1, grpc_listen_port: 0, log_level: error, http_tls_config: {{{{{{mutual}}}}}}}
            distributor: {receivers: {otlp: {protocols: {grpc: {endpoint: "127.0.0.1:0", tls: {{{{{{receiver}}}}}} } } } } }
            storage: {trace: {backend: local, local: {path: '{{{{{{_directory["blocks"]}}}}}}'}, wal: {path: '{{{{{{_directory["wal"]}}}}}}'} } }
            """), new Dictionary<string, string>()));
        _tempo = TempoApp.Create(settings);
        await _tempo.Services.GetRequiredService<Lifecycle>().PrepareAsync(Stop);
        await _tempo.StartAsync(Stop);
        _listeners = TempoApp.Opened(_tempo, TempoApp.Plan(settings));
        _cluster = await SandboxCluster.StartAsync(null, withOperator: false);
        await _cluster.Client.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new() { Name = Namespace } }, cancellationToken: Stop);
        _connection = new ClusterConnection(new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(_cluster.Kubeconfig)), "", false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_proxy is not null)
        {
            await _proxy.DisposeAsync();
        }

        _connection.Dispose();
        await _tempo.StopAsync(CancellationToken.None);
        await _tempo.DisposeAsync();
        await _cluster.DisposeAsync();
        _authority.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task The_client_certificate_is_shown_for_both_protocols_and_nobody_else_has_to()
    {
        await PutAsync(_authority);
        var (otlp, query) = await OpenAsync(Host);
        using var http = new HttpClient { BaseAddress = query.Address };

        await Eventually.TrueAsync("Tempo is ready", async () => (await http.GetAsync("/ready", Stop)).IsSuccessStatusCode);
        var sent = GatewayWayTests.Sending();
        await GatewayWayTests.ExportAsync(otlp, sent);

        (await http.GetAsync($"/api/traces/{GatewayWayTests.Id(sent)}", Stop)).StatusCode.ShouldBe(HttpStatusCode.OK);
        query.ToContract().Tls.ShouldBe("mutual");
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_refused_and_named()
    {
        await PutAsync(_authority);
        var (_, query) = await OpenAsync("tempo-other.traces.svc");
        using var http = new HttpClient { BaseAddress = query.Address };

        (await http.GetAsync("/ready", Stop)).StatusCode.ShouldBe(HttpStatusCode.BadGateway);

        var fault = query.Fault.ShouldNotBeNull();
        fault.Code.ShouldBe(Codes.OtherCertificate);
        fault.Value.ShouldBe("tempo-other.traces.svc");
        fault.Reason.ShouldContain(Host);
    }

    [Fact]
    public async Task Certificates_that_were_rotated_are_read_again()
    {
        using var former = new TestAuthority("a-former-signer");
        await PutAsync(former);
        var (_, query) = await OpenAsync(Host);
        using var http = new HttpClient { BaseAddress = query.Address };
        (await http.GetAsync("/ready", Stop)).StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        query.Fault.ShouldNotBeNull().Code.ShouldBe(Codes.OtherCertificate);

        await PutAsync(_authority);
        _time.Forward(TimeSpan.FromMinutes(1));

        (await http.GetAsync("/status/version", Stop)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(Host, true, true)]
    [InlineData("tempo-other.traces.svc", true, false)]
    [InlineData(Host, false, false)]
    public async Task A_client_takes_a_certificate_of_the_authority_for_the_name_and_no_other(string host, bool signer, bool taken)
    {
        using var other = new TestAuthority("another-signer");
        await PutAsync(_authority, signer ? _authority : other);
        using var tls = Tls();
        await tls.RefreshAsync(Stop);
        var dial = new HostDial("127.0.0.1", _listeners.Single(listener => listener.Role == ListenerRole.Http).Port);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, SslOptions = tls.ToOptions(), ConnectCallback = (_, stop) => dial.ConnectAsync(stop) });

        var asking = http.GetAsync(new Uri($"https://{host}:3200/status/version"), Stop);

        if (taken)
        {
            (await asking).StatusCode.ShouldBe(HttpStatusCode.OK);
        }
        else
        {
            (await Should.ThrowAsync<HttpRequestException>(asking)).HttpRequestError.ShouldBe(HttpRequestError.SecureConnectionError);
        }
    }

    [Fact]
    public async Task A_Secret_that_is_not_there_is_named()
    {
        var fault = (await Should.ThrowAsync<ReachFaultException>(() => Tls().RefreshAsync(Stop))).Fault;

        fault.Code.ShouldBe(Codes.CertificateUnreadable);
        fault.Value.ShouldContain(Secret);
        fault.IsFinal.ShouldBeTrue();
    }

    [Fact]
    public async Task A_right_that_is_missing_is_named()
    {
        await PutAsync(_authority);
        using var forbidden = new Kubernetes(
            KubernetesClientConfiguration.BuildConfigFromConfigFile(_cluster.Kubeconfig), new Answering(request => request.RequestUri!.AbsolutePath.Contains("/configmaps/", StringComparison.Ordinal) ? HttpStatusCode.Forbidden : null));
        using var connection = new ClusterConnection(forbidden, "", false);

        var fault = (await Should.ThrowAsync<ReachFaultException>(() => Tls(connection).RefreshAsync(Stop))).Fault;

        fault.Code.ShouldBe(Codes.CertificateUnreadable);
        fault.Fix.ShouldContain("get of configmaps/" + Bundle);
    }

    private ClusterTls Tls(ClusterConnection? connection = null) => new(connection ?? _connection, Namespace, Secret, ("tls.crt", "tls.key"), (Bundle, "service-ca.crt"), true, _time);

    private async Task<(Way Otlp, Way Query)> OpenAsync(string host)
    {
        Way Open(string endpoint, ListenerRole role)
        {
            var port = _listeners.Single(listener => listener.Role == role).Port;
            return new Way
            {
                Endpoint = endpoint,
                By = ReachedBy.PortForward,
                Target = host,
                Upstream = new Upstream(new($"https://{host}:3200"), new HostDial("127.0.0.1", port).ConnectAsync) { Tls = Tls() },
            };
        }

        var (otlp, query) = (Open(EndpointName.OtlpGrpc, ListenerRole.OtlpGrpc), Open(EndpointName.QueryFrontend, ListenerRole.Http));
        _proxy = await LoopbackProxy.OpenAsync([otlp, query], IPAddress.Loopback, Stop);
        return (otlp, query);
    }

    private Task PutAsync(TestAuthority authority) => PutAsync(authority, authority);

    /// <param name="authority">Signs what clients show.</param>
    /// <param name="trusted">Stands in the bundle.</param>
    private async Task PutAsync(TestAuthority authority, TestAuthority trusted)
    {
        var (certificate, key) = authority.Issue(Host);
        var secret = new V1Secret
        {
            Metadata = new() { Name = Secret },
            Type = "kubernetes.io/tls",
            Data = new Dictionary<string, byte[]> { ["tls.crt"] = Encoding.UTF8.GetBytes(certificate), ["tls.key"] = Encoding.UTF8.GetBytes(key) },
        };
        var bundle = new V1ConfigMap { Metadata = new() { Name = Bundle }, Data = new Dictionary<string, string> { ["service-ca.crt"] = trusted.Pem } };
        if ((await _cluster.Client.CoreV1.ListNamespacedSecretAsync(Namespace, cancellationToken: Stop)).Items.Any(one => one.Metadata.Name == Secret))
        {
            await _cluster.Client.CoreV1.ReplaceNamespacedSecretAsync(secret, Secret, Namespace, cancellationToken: Stop);
            await _cluster.Client.CoreV1.ReplaceNamespacedConfigMapAsync(bundle, Bundle, Namespace, cancellationToken: Stop);
            return;
        }

        await _cluster.Client.CoreV1.CreateNamespacedSecretAsync(secret, Namespace, cancellationToken: Stop);
        await _cluster.Client.CoreV1.CreateNamespacedConfigMapAsync(bundle, Namespace, cancellationToken: Stop);
    }

    private sealed class ManualTime : TimeProvider
    {
        private TimeSpan _ahead;

        public void Forward(TimeSpan by) => _ahead += by;

        public override long GetTimestamp() => base.GetTimestamp() + (long)(_ahead.TotalSeconds * TimestampFrequency);
    }
}
