using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using TempoCos.Otlp;
using TempoCos.Tempo.Gateway;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.Tests;
using TempoCos.Tempo.Tests.Gateway;
using TempoCos.TempoStackDeployer.Reach;

namespace TempoCos.TempoStackDeployer.Tests.Reach;

/// <summary>A way through the gateway: real gateway, real Tempo, an issuer of the test's own.</summary>
public sealed class GatewayWayTests : IAsyncLifetime
{
    private const string TenantId = "1610b0c3-c509-4592-a256-a1871353dbfa";
    private readonly TemporaryDirectory _directory = new();
    private readonly TemporaryDirectory _files = new();
    private TestIssuer _issuer = null!;
    private SingleProcess _tempo = null!;
    private WebApplication _gateway = null!;
    private LoopbackProxy? _proxy;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _issuer = await TestIssuer.StartAsync();
        _tempo = await SingleProcess.StartAsync(_directory, "multitenancy_enabled: true");
        await File.WriteAllTextAsync(
            _files["tenants.yaml"],
            $"tenants: [{{name: dev, id: {TenantId}, oidc: {{clientID: {TestIssuer.ClientId}, issuerURL: '{_issuer.Url}', redirectURL: 'https://gateway.example/callback', usernameClaim: email}}}}]", Stop);
        await File.WriteAllTextAsync(
            _files["rbac.yaml"],
            """
            roleBindings: [{name: all, roles: [all], subjects: [{kind: user, name: writer}]}]
            roles: [{name: all, permissions: [read, write], resources: [traces], tenants: [dev]}]
            """, Stop);
        _gateway = GatewayApp.Create(GatewayOptions.Parse(
        [
            "--traces.tenant-header=x-scope-orgid", "--web.listen=127.0.0.1:0", "--web.internal.listen=127.0.0.1:0", "--grpc.listen=127.0.0.1:0",
            $"--traces.write.otlpgrpc.endpoint={_tempo.Address(ListenerRole.OtlpGrpc).Authority}", $"--traces.tempo.endpoint={_tempo.Address(ListenerRole.Http).AbsoluteUri.TrimEnd('/')}",
            $"--rbac.config={_files["rbac.yaml"]}", $"--tenants.config={_files["tenants.yaml"]}", "--log.level=error",
        ]));
        await _gateway.StartAsync(Stop);
    }

    public async ValueTask DisposeAsync()
    {
        if (_proxy is not null)
        {
            await _proxy.DisposeAsync();
        }

        await _gateway.DisposeAsync();
        await _tempo.DisposeAsync();
        await _issuer.DisposeAsync();
        _directory.Dispose();
        _files.Dispose();
    }

    [Fact]
    public async Task Traces_are_written_and_read_as_the_tenant_by_addresses_that_ask_for_nothing()
    {
        var (otlp, query) = await OpenAsync(() => _issuer.Token("writer"));
        var trace = Sending();

        await ExportAsync(otlp, trace);

        using var http = new HttpClient { BaseAddress = query.Address };
        using var response = await http.GetAsync($"/api/traces/{Id(trace)}", Stop);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var direct = new HttpRequestMessage(HttpMethod.Get, $"/api/traces/{Id(trace)}") { Headers = { { Tenancy.Header, TenantId } } };
        (await _tempo.Http.SendAsync(direct, Stop)).StatusCode.ShouldBe(HttpStatusCode.OK);
        otlp.Fault.ShouldBeNull();
        query.Fault.ShouldBeNull();
        query.ToContract().Gateway.ShouldBeTrue();
    }

    [Fact]
    public async Task Nobodys_token_is_told_from_one_that_is_not_good_and_from_none()
    {
        var (otlp, query) = await OpenAsync(() => _issuer.Token("stranger"));
        await RefusedAsync(otlp, query, Codes.GatewayForbids);
        await _proxy!.DisposeAsync();

        (otlp, query) = await OpenAsync(() => _issuer.Token("writer", lifetime: TimeSpan.FromMinutes(-5)));
        await RefusedAsync(otlp, query, Codes.GatewayTokenRefused);
        otlp.Fault!.Reason.ShouldContain("a test");
        await _proxy.DisposeAsync();

        (otlp, query) = await OpenAsync(null);
        await RefusedAsync(otlp, query, Codes.NoGatewayToken);
    }

    [Theory]
    [InlineData(true, Codes.GatewayTokenRefused)]
    [InlineData(false, Codes.NoGatewayToken)]
    public async Task Where_a_browser_would_be_sent_to_log_in_a_token_was_refused_or_there_was_none(bool hasToken, string code)
    {
        // As OpenShift's gateway answers: it has an OAuth server to send browsers to.
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var other = builder.Build();
        other.Run(context =>
        {
            context.Response.Redirect("/openshift/dev/login?route=/api/traces/v1/dev/tempo/api/echo");
            return Task.CompletedTask;
        });
        await other.StartAsync(Stop);
        var address = new Uri(other.Urls.First());
        var query = new Way
        {
            Endpoint = EndpointName.QueryFrontend,
            By = ReachedBy.Route,
            Target = "gateway",
            Gateway = true,
            Upstream = new Upstream(address, new HostDial(address.Host, address.Port).ConnectAsync) { Token = hasToken ? new BearerToken("a test", _ => Task.FromResult("a-token"), TimeProvider.System) : null },
        };
        _proxy = await LoopbackProxy.OpenAsync([query], IPAddress.Loopback, Stop);

        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = query.Address };
        (await http.GetAsync("/api/echo", Stop)).StatusCode.ShouldBe(HttpStatusCode.Redirect);

        query.Fault.ShouldNotBeNull().Code.ShouldBe(code);
    }

    [Fact]
    public async Task A_token_that_was_refused_is_read_again()
    {
        var lifetime = TimeSpan.FromMinutes(-5);
        var (_, query) = await OpenAsync(() => _issuer.Token("writer", lifetime: lifetime));
        using var http = new HttpClient { BaseAddress = query.Address };
        (await http.GetAsync("/api/echo", Stop)).IsSuccessStatusCode.ShouldBeFalse();

        lifetime = TimeSpan.FromHours(1);

        (await http.GetAsync("/api/echo", Stop)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_failure_of_the_receiver_comes_through_with_its_status()
    {
        var (otlp, _) = await OpenAsync(() => _issuer.Token("writer"));
        using var channel = GrpcChannel.ForAddress(otlp.Address!);

        // A span without a trace id is nothing that Tempo takes: the status is in the trailers.
        var refused = await Should.ThrowAsync<RpcException>(async () => await new TraceService.TraceServiceClient(channel).ExportAsync(
            new() { ResourceSpans = { new ResourceSpans { ScopeSpans = { new ScopeSpans { Spans = { new Span { Name = "x" } } } } } } }, cancellationToken: Stop));

        refused.StatusCode.ShouldBeOneOf(StatusCode.InvalidArgument, StatusCode.Internal, StatusCode.Unknown, StatusCode.FailedPrecondition);
        refused.Status.Detail.ShouldNotBeEmpty();
    }

    private static async Task RefusedAsync(Way otlp, Way query, string code)
    {
        await Should.ThrowAsync<RpcException>(() => ExportAsync(otlp, Sending()));
        otlp.Fault.ShouldNotBeNull().Code.ShouldBe(code);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = query.Address };
        (await http.GetAsync("/api/echo", Stop)).IsSuccessStatusCode.ShouldBeFalse();
        query.Fault.ShouldNotBeNull().Code.ShouldBe(code);
    }

    private async Task<(Way Otlp, Way Query)> OpenAsync(Func<string>? token)
    {
        var addresses = GatewayApp.Addresses(_gateway);
        var bearer = token is null ? null : new BearerToken("a test", _ => Task.FromResult(token()), TimeProvider.System);
        var otlp = new Way
        {
            Endpoint = EndpointName.OtlpGrpc,
            By = ReachedBy.PortForward,
            Target = "gateway:grpc-public",
            Gateway = true,
            Upstream = new Upstream(addresses[2], new HostDial(addresses[2].Host, addresses[2].Port).ConnectAsync) { Tenant = "dev", Token = bearer },
        };
        var query = new Way
        {
            Endpoint = EndpointName.QueryFrontend,
            By = ReachedBy.PortForward,
            Target = "gateway:public",
            Gateway = true,
            Upstream = new Upstream(addresses[0], new HostDial(addresses[0].Host, addresses[0].Port).ConnectAsync) { Prefix = "/api/traces/v1/dev/tempo", Token = bearer },
        };
        _proxy = await LoopbackProxy.OpenAsync([otlp, query], IPAddress.Loopback, Stop);
        return (otlp, query);
    }

    internal static ResourceSpans Sending() => new()
    {
        ScopeSpans =
        {
            new ScopeSpans
            {
                Spans =
                {
                    new Span
                    {
                        TraceId = Google.Protobuf.ByteString.CopyFrom(Guid.NewGuid().ToByteArray()), SpanId = Google.Protobuf.ByteString.CopyFrom([1, 2, 3, 4, 5, 6, 7, 8]), Name = "x",
                        StartTimeUnixNano = (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000, EndTimeUnixNano = (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000,
                    },
                },
            },
        },
    };

    internal static string Id(ResourceSpans spans) => Convert.ToHexStringLower(spans.ScopeSpans[0].Spans[0].TraceId.Span);

    internal static async Task ExportAsync(Way way, ResourceSpans spans)
    {
        using var channel = GrpcChannel.ForAddress(way.Address!);
        await new TraceService.TraceServiceClient(channel).ExportAsync(new() { ResourceSpans = { spans } }, cancellationToken: Stop);
    }
}
