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

    public List<Wish> Wishes { get; } = [];

    public static async Task<VerifierProgram> StartAsync(string kubeconfig, CancellationToken ct, string context = "")
    {
        var app = QueryVerifierApp.Create([$"--KUBECONFIG={kubeconfig}", $"--Kubernetes:Context={context}", "--Verifier:ConnectWithin=00:00:02", "--Verifier:RequestTimeout=00:00:20", "--Verifier:CanaryWithin=00:00:10", "--Logging:LogLevel:Default=Warning"]);
        await app.StartAsync(ct);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        return new VerifierProgram(app, GrpcChannel.ForAddress(addresses.Last()));
    }

    public async Task<Baseline> BaselineAsync(string secret, CancellationToken ct) => await Client().TakeBaselineAsync(
        new BaselineRequest { RunId = "r3k9x0a2bq", Bucket = new BucketReference { Namespace = World.Namespace, SecretName = secret } }, cancellationToken: ct);

    /// <param name="request">What to verify.</param>
    /// <param name="ct">Ends the call.</param>
    /// <param name="onWish">Does what a rung asks for; when null, everything is refused.</param>
    public async Task<Verified> VerifyAsync(VerifyRequest request, CancellationToken ct, Func<Wish, Task<VerifyInput>>? onWish = null)
    {
        using var call = Client().Verify(cancellationToken: ct);
        await call.RequestStream.WriteAsync(new VerifyInput { Request = request }, ct);
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
                case VerifyReply.ReplyOneofCase.Wish:
                    Wishes.Add(reply.Wish);
                    await call.RequestStream.WriteAsync(
                        onWish is null ? new VerifyInput { Refusal = new Refusal { Reason = "this test does nothing of the kind" } } : await onWish(reply.Wish), ct);
                    break;
                default:
                    reply.Verified.Rungs.ShouldBe(rungs);
                    TestContext.Current.SendDiagnosticMessage(string.Join("\n", rungs.Select(rung => rung.ToString())));
                    return reply.Verified;
            }
        }

        throw new UnreachableException("the call ended without a result");
    }

    /// <summary>Begins a verification with whatever input.</summary>
    public async Task ConverseAsync(VerifyInput first, CancellationToken ct)
    {
        using var call = Client().Verify(cancellationToken: ct);
        await call.RequestStream.WriteAsync(first, ct);
        await call.ResponseStream.MoveNext(ct);
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
