using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using TempoCos.Contracts;

namespace TempoCos.QueryVerifier.Tests;

/// <summary>The service as its program hosts it, in this process, asked over its own gRPC contract.</summary>
internal sealed class VerifierProgram : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;

    private VerifierProgram(WebApplication app, GrpcChannel channel) => (_app, _channel) = (app, channel);

    public List<StageEvent> Events { get; } = [];

    public static async Task<VerifierProgram> StartAsync(string kubeconfig, CancellationToken ct, string context = "")
    {
        var app = QueryVerifierApp.Create([$"--KUBECONFIG={kubeconfig}", $"--Kubernetes:Context={context}", "--Verifier:ConnectWithin=00:00:02", "--Verifier:RequestTimeout=00:00:20", "--Logging:LogLevel:Default=Warning"]);
        await app.StartAsync(ct);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        return new VerifierProgram(app, GrpcChannel.ForAddress(addresses.Last()));
    }

    public async Task<Baseline> BaselineAsync(string secret, CancellationToken ct) => await Client().TakeBaselineAsync(
        new BaselineRequest { RunId = "r3k9x0a2bq", Bucket = new BucketReference { Namespace = World.Namespace, SecretName = secret } }, cancellationToken: ct);

    public async Task<Verified> VerifyAsync(VerifyRequest request, CancellationToken ct)
    {
        using var call = Client().Verify(request, cancellationToken: ct);
        var rungs = new List<RungResult>();
        while (await call.ResponseStream.MoveNext(ct))
        {
            var reply = call.ResponseStream.Current;
            switch (reply.ReplyCase)
            {
                case VerifyReply.ReplyOneofCase.Event:
                    Events.Add(reply.Event);
                    break;
                case VerifyReply.ReplyOneofCase.Rung:
                    rungs.Add(reply.Rung);
                    break;
                default:
                    reply.Verified.Rungs.ShouldBe(rungs);
                    TestContext.Current.SendDiagnosticMessage(string.Join("\n", rungs.Select(rung => rung.ToString())));
                    return reply.Verified;
            }
        }

        throw new UnreachableException("the call ended without a result");
    }

    public static async Task<DiagnosticException> FailAsync(Func<Task> call)
    {
        var failure = await Should.ThrowAsync<RpcException>(call);
        return DiagnosticException.From(failure).ShouldNotBeNull(failure.Status.Detail);
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _app.DisposeAsync();
    }

    private Contracts.QueryVerifier.QueryVerifierClient Client() => new(_channel);
}
