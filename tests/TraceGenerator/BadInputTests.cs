using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using TempoCos.Contracts;

namespace TempoCos.TraceGenerator.Tests;

public sealed class BadInputTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("127.0.0.1:4317")]
    [InlineData("localhost:4317")]
    [InlineData("ftp://host/")]
    [InlineData("")]
    public async Task An_endpoint_without_a_usable_scheme_is_named(string endpoint)
    {
        var diagnostic = await FailAsync(new GenerateRequest { OtlpEndpoint = endpoint });
        diagnostic.Code.ShouldBe("TC413");
        diagnostic.Fix.ShouldContain("http://");
    }

    [Fact]
    public async Task An_endpoint_where_nobody_listens_is_named_after_a_bounded_time()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        var port = ((IPEndPoint)socket.LocalEndpoint).Port;
        socket.Stop();
        var diagnostic = await FailAsync(new GenerateRequest { OtlpEndpoint = $"http://127.0.0.1:{port}" });
        diagnostic.Code.ShouldBe("TC414");
        diagnostic.Value.ShouldContain($"{port}");
    }

    [Fact]
    public async Task An_http_server_that_speaks_no_grpc_is_named()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var web = builder.Build();
        web.Urls.Add("http://127.0.0.1:0");
        web.MapGet("/", () => "hello");
        await web.StartAsync(Ct);
        (await FailAsync(new GenerateRequest { OtlpEndpoint = web.Urls.Single() })).Code.ShouldBe("TC415");
    }

    [Fact]
    public async Task A_port_that_never_answers_is_named_after_a_bounded_time()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        (await FailAsync(new GenerateRequest { OtlpEndpoint = $"http://{socket.LocalEndpoint}" })).Code.ShouldBe("TC415");
    }

    [Fact]
    public async Task An_unknown_profile_and_a_negative_count_are_named()
    {
        (await FailAsync(new GenerateRequest { OtlpEndpoint = "http://127.0.0.1:1", Profile = "bank" })).Fix.ShouldContain("shop");
        (await FailAsync(new GenerateRequest { OtlpEndpoint = "http://127.0.0.1:1", Count = -1 })).Code.ShouldBe("TC412");
    }

    private static async Task<DiagnosticException> FailAsync(GenerateRequest request)
    {
        await using var generator = await GeneratorProgram.StartAsync(Ct);
        var failure = await Should.ThrowAsync<RpcException>(() => generator.GenerateAsync(request, Ct));
        return DiagnosticException.From(failure).ShouldNotBeNull(failure.Status.Detail);
    }
}
