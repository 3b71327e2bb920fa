using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using TempoCos.Otlp;
using TempoCos.Tempo.Gateway;
using TempoCos.Tempo.Http;
using TempoCos.Traces.Comparison;

namespace TempoCos.Tempo.Tests.Gateway;

/// <summary>The gateway with the arguments that the operator gives it, in front of a Tempo with tenants.</summary>
public sealed class GatewayTests : IAsyncLifetime
{
    private const string TenantId = "1610b0c3-c509-4592-a256-a1871353dbfa";
    private readonly TemporaryDirectory _directory = new();
    private readonly TemporaryDirectory _files = new();
    private TestIssuer _issuer = null!;
    private SingleProcess _tempo = null!;
    private WebApplication _gateway = null!;
    private HttpClient _http = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _issuer = await TestIssuer.StartAsync();
        _tempo = await SingleProcess.StartAsync(_directory, "multitenancy_enabled: true");
        await File.WriteAllTextAsync(_files["tenants.yaml"], Tenants(), Stop);
        await File.WriteAllTextAsync(_files["rbac.yaml"], Rbac, Stop);
        _gateway = GatewayApp.Create(GatewayOptions.Parse(
        [
            "--traces.tenant-header=x-scope-orgid", "--web.listen=127.0.0.1:0", "--web.internal.listen=127.0.0.1:0", "--grpc.listen=127.0.0.1:0",
            $"--traces.write.otlpgrpc.endpoint={_tempo.Address(ListenerRole.OtlpGrpc).Authority}", $"--traces.write.otlphttp.endpoint={_tempo.Address(ListenerRole.OtlpHttp).AbsoluteUri.TrimEnd('/')}",
            "--traces.write-timeout=30s", $"--traces.tempo.endpoint={_tempo.Address(ListenerRole.Http).AbsoluteUri.TrimEnd('/')}",
            $"--rbac.config={_files["rbac.yaml"]}", $"--tenants.config={_files["tenants.yaml"]}", "--log.level=warn",
        ]));
        await _gateway.StartAsync(Stop);
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = GatewayApp.Addresses(_gateway)[0] };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _gateway.DisposeAsync();
        await _tempo.DisposeAsync();
        await _issuer.DisposeAsync();
        _directory.Dispose();
        _files.Dispose();
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("ES256")]
    public async Task A_trace_that_was_written_as_a_tenant_is_read_as_it_and_stored_under_its_id(string algorithm)
    {
        var trace = Sending.Traces(1)[0];
        var token = _issuer.Token("writer@example.com", algorithm);

        await ExportAsync(trace, "dev", token);

        using var request = Request($"/api/traces/v1/dev/tempo/api/traces/{Sending.Id(trace)}", token);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/protobuf"));
        using var response = await _http.SendAsync(request, Stop);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        TraceDiff.Compare(trace, TracesData.Parser.ParseFrom(await response.Content.ReadAsByteArrayAsync(Stop))).ShouldBeEmpty();
        using var direct = new HttpRequestMessage(HttpMethod.Get, $"/api/traces/{Sending.Id(trace)}") { Headers = { { Tenancy.Header, TenantId } } };
        (await _tempo.Http.SendAsync(direct, Stop)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Traces_come_in_over_HTTP_too()
    {
        var trace = Sending.Traces(1)[0];
        using var request = Request("/api/traces/v1/dev/v1/traces", _issuer.Token("writer@example.com"));
        request.Method = HttpMethod.Post;
        request.Content = new ByteArrayContent(new ExportTraceServiceRequest { ResourceSpans = { trace.ResourceSpans } }.ToByteArray()) { Headers = { ContentType = new("application/x-protobuf") } };

        (await _http.SendAsync(request, Stop)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Somebody_without_a_token_is_sent_to_log_in()
    {
        using var response = await _http.GetAsync("/api/traces/v1/dev/tempo/api/echo", Stop);

        response.StatusCode.ShouldBe(HttpStatusCode.Found);
        response.Headers.Location!.OriginalString.ShouldBe("/oidc/dev/login");
        using var login = await _http.GetAsync("/oidc/dev/login", Stop);
        login.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        login.Headers.Location!.OriginalString.ShouldStartWith(_issuer.Url + "/authorize?client_id=tempo");
    }

    [Theory]
    [InlineData("expired", HttpStatusCode.InternalServerError)]
    [InlineData("for another client", HttpStatusCode.InternalServerError)]
    [InlineData("forged", HttpStatusCode.InternalServerError)]
    [InlineData("no token at all", HttpStatusCode.Unauthorized)]
    [InlineData("of nobody known", HttpStatusCode.Forbidden)]
    [InlineData("of a reader", HttpStatusCode.OK)]
    [InlineData("of a group of readers", HttpStatusCode.OK)]
    public async Task A_token_opens_what_it_is_for(string kind, HttpStatusCode expected)
    {
        var good = _issuer.Token("reader@example.com");
        var token = kind switch
        {
            "expired" => _issuer.Token("reader@example.com", lifetime: TimeSpan.FromMinutes(-1)),
            "for another client" => _issuer.Token("reader@example.com", audience: "somebody-else"),
            "forged" => good[..^8] + (good.EndsWith("AAAAAAAA", StringComparison.Ordinal) ? "BBBBBBBB" : "AAAAAAAA"),
            "no token at all" => "two words",
            "of nobody known" => _issuer.Token("nobody@example.com"),
            "of a group of readers" => _issuer.Token("nobody@example.com", groups: ["readers"]),
            _ => good,
        };

        using var request = Request("/api/traces/v1/dev/tempo/api/echo", token);
        using var response = await _http.SendAsync(request, Stop);

        response.StatusCode.ShouldBe(expected);
    }

    [Fact]
    public async Task Keys_that_the_issuer_changed_are_asked_for_again()
    {
        using var before = Request("/api/traces/v1/dev/tempo/api/echo", _issuer.Token("reader@example.com"));
        (await _http.SendAsync(before, Stop)).StatusCode.ShouldBe(HttpStatusCode.OK);

        _issuer.Rotate();

        using var after = Request("/api/traces/v1/dev/tempo/api/echo", _issuer.Token("reader@example.com"));
        (await _http.SendAsync(after, Stop)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Requests_that_come_at_once_ask_for_the_keys_once()
    {
        var statuses = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            using var request = Request("/api/traces/v1/dev/tempo/api/echo", _issuer.Token("reader@example.com"));
            using var response = await _http.SendAsync(request, Stop);
            return response.StatusCode;
        }));

        statuses.ShouldAllBe(status => status == HttpStatusCode.OK);
        _issuer.KeyRequests.ShouldBe(1);
    }

    [Fact]
    public async Task An_issuer_that_does_not_answer_is_told_of()
    {
        var token = _issuer.Token("reader@example.com");
        await _issuer.DisposeAsync();

        using var request = Request("/api/traces/v1/dev/tempo/api/echo", token);
        using var response = await _http.SendAsync(request, Stop);
        using var login = await _http.GetAsync("/oidc/dev/login", Stop);

        response.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        login.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        (await login.Content.ReadAsStringAsync(Stop)).ShouldContain("the issuer of tokens cannot be reached");
    }

    [Theory]
    [InlineData("dev", "reader@example.com", StatusCode.PermissionDenied)]
    [InlineData("dev", "", StatusCode.Unauthenticated)]
    [InlineData("unknown", "writer@example.com", StatusCode.InvalidArgument)]
    [InlineData("", "writer@example.com", StatusCode.InvalidArgument)]
    public async Task Only_writers_of_a_tenant_may_write(string tenant, string user, StatusCode expected)
    {
        var refused = await Should.ThrowAsync<RpcException>(() => ExportAsync(Sending.Traces(1)[0], tenant, user.Length == 0 ? "" : _issuer.Token(user)));

        refused.StatusCode.ShouldBe(expected);
    }

    [Fact]
    public async Task What_is_not_traces_is_not_let_through()
    {
        var token = _issuer.Token("reader@example.com");
        foreach (var (method, path, expected) in new[]
        {
            (HttpMethod.Get, "/api/traces/v1/dev/tempo/metrics", HttpStatusCode.NotFound),
            (HttpMethod.Get, "/api/traces/v1/dev/flush", HttpStatusCode.NotFound),
            (HttpMethod.Post, "/api/traces/v1/dev/tempo/api/echo", HttpStatusCode.MethodNotAllowed),
            (HttpMethod.Get, "/api/traces/v1/unknown/tempo/api/echo", HttpStatusCode.Unauthorized),
            (HttpMethod.Get, "/ready", HttpStatusCode.NotFound),
        })
        {
            using var request = Request(path, token);
            request.Method = method;
            (await _http.SendAsync(request, Stop)).StatusCode.ShouldBe(expected, path);
        }

        using var inner = new HttpClient { BaseAddress = GatewayApp.Addresses(_gateway)[1] };
        (await inner.GetAsync("/ready", Stop)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static HttpRequestMessage Request(string path, string token)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        return request;
    }

    private async Task ExportAsync(TracesData trace, string tenant, string token)
    {
        using var channel = GrpcChannel.ForAddress(GatewayApp.Addresses(_gateway)[2]);
        var headers = new Metadata();
        if (tenant.Length > 0)
        {
            headers.Add("x-scope-orgid", tenant);
        }

        if (token.Length > 0)
        {
            headers.Add("authorization", "Bearer " + token);
        }

        await new TraceService.TraceServiceClient(channel).ExportAsync(new() { ResourceSpans = { trace.ResourceSpans } }, headers, cancellationToken: Stop);
    }

    private string Tenants() => $"""
        tenants:
        - name: dev
          id: {TenantId}
          oidc:
            clientID: {TestIssuer.ClientId}
            clientSecret: of-no-use-here
            issuerURL: {_issuer.Url}
            redirectURL: https://gateway.example/oidc/dev/callback
            usernameClaim: email
            groupClaim: groups
        """;

    private const string Rbac = """
        roleBindings:
        - name: writers
          roles: [read-write]
          subjects: [{kind: user, name: writer@example.com}]
        - name: readers
          roles: [read]
          subjects: [{kind: user, name: reader@example.com}, {kind: group, name: readers}]
        roles:
        - {name: read-write, permissions: [read, write], resources: [traces], tenants: [dev]}
        - {name: read, permissions: [read], resources: [traces, logs], tenants: [dev]}
        """;
}
