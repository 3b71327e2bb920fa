using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TempoCos.Contracts;

namespace TempoCos.TempoStackDeployer.Tests;

/// <summary>The service, spoken to over gRPC.</summary>
internal sealed class RunningDeployer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;

    private RunningDeployer(WebApplication app)
    {
        _app = app;
        // The second address is the one for gRPC.
        _channel = GrpcChannel.ForAddress(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Last());
        Client = new Contracts.TempoStackDeployer.TempoStackDeployerClient(_channel);
    }

    public Contracts.TempoStackDeployer.TempoStackDeployerClient Client { get; }

    public static async Task<RunningDeployer> StartAsync(
        string home, string kubeconfig, Func<DelegatingHandler>? handler = null, IReadOnlyDictionary<string, string?>? configuration = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Test" });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["TempoCos:Home"] = home,
            ["KUBECONFIG"] = kubeconfig,
            ["HTTP_PORT"] = "0",
            ["GRPC_PORT"] = "0",
        });
        builder.Configuration.AddInMemoryCollection(configuration ?? new Dictionary<string, string?>());
        if (handler is not null)
        {
            builder.Services.AddSingleton(handler);
        }

        var app = DeployerApp.Create(builder);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new RunningDeployer(app);
    }

    /// <summary>Deploys to the end; the events so far are in <paramref name="events"/> also when it fails.</summary>
    public async Task<Deployed> DeployAsync(DeployRequest request, List<StageEvent>? events = null, CancellationToken cancellationToken = default)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, TestContext.Current.CancellationToken);
        using var call = Client.Deploy(request, cancellationToken: both.Token);
        return await ResultAsync(call.ResponseStream, reply => reply.Event, reply => reply.Deployed, events, both.Token);
    }

    /// <summary>The diagnostic with which a deployment ends.</summary>
    public async Task<DiagnosticException> RefusalAsync(DeployRequest request, List<StageEvent>? events = null)
    {
        var status = await Should.ThrowAsync<RpcException>(() => DeployAsync(request, events));
        return DiagnosticException.From(status) ?? throw new InvalidOperationException($"No diagnostic: {status.Status}");
    }

    /// <summary>Checks to the end.</summary>
    public async Task<Checked> CheckAsync(DeployRequest request)
    {
        using var call = Client.Check(request, cancellationToken: TestContext.Current.CancellationToken);
        return await ResultAsync(call.ResponseStream, reply => reply.Event, reply => reply.Checked);
    }

    public async Task<Undeployed> UndeployAsync(string runId, List<StageEvent>? events = null)
    {
        using var call = Client.Undeploy(new UndeployRequest { RunId = runId }, cancellationToken: TestContext.Current.CancellationToken);
        return await ResultAsync(call.ResponseStream, reply => reply.Event, reply => reply.Undeployed, events);
    }

    /// <summary>Loses the ingesters to the end.</summary>
    public async Task<IngestersLost> LoseIngestersAsync(LoseIngestersRequest request, List<StageEvent>? events = null)
    {
        using var call = Client.LoseIngesters(request, cancellationToken: TestContext.Current.CancellationToken);
        return await ResultAsync(call.ResponseStream, reply => reply.Event, reply => reply.Lost, events);
    }

    /// <summary>Shortens the retention to the end.</summary>
    public async Task<RetentionShortened> ShortenRetentionAsync(ShortenRetentionRequest request)
    {
        using var call = Client.ShortenRetention(request, cancellationToken: TestContext.Current.CancellationToken);
        return await ResultAsync(call.ResponseStream, reply => reply.Event, reply => reply.Shortened);
    }

    /// <summary>Changes the stack to the end.</summary>
    public async Task<Changed> ChangeAsync(ChangeRequest request, List<StageEvent>? events = null)
    {
        using var call = Client.Change(request, cancellationToken: TestContext.Current.CancellationToken);
        return await ResultAsync(call.ResponseStream, reply => reply.Event, reply => reply.Changed, events);
    }

    /// <summary>The diagnostic with which anything ends.</summary>
    public static async Task<DiagnosticException> RefusalAsync(Func<Task> call)
    {
        var status = await Should.ThrowAsync<RpcException>(call);
        return DiagnosticException.From(status) ?? throw new InvalidOperationException($"No diagnostic: {status.Status}");
    }

    /// <summary>What the ledgers name.</summary>
    public IReadOnlyList<LedgerEntry> Outstanding() => [.. Client.ListLedgers(new ListLedgersRequest()).Ledgers.SelectMany(ledger => ledger.Entries)];

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    /// <summary>What a call ends with; its events so far are in <paramref name="events"/> also when it fails.</summary>
    private static async Task<TResult> ResultAsync<TReply, TResult>(
        IAsyncStreamReader<TReply> replies, Func<TReply, StageEvent?> told, Func<TReply, TResult?> concluded, List<StageEvent>? events = null, CancellationToken? cancellationToken = null)
        where TResult : class
    {
        TResult? result = null;
        await foreach (var reply in replies.ReadAllAsync(cancellationToken ?? TestContext.Current.CancellationToken))
        {
            if (told(reply) is { } @event)
            {
                events?.Add(@event);
            }

            result = concluded(reply);
        }

        return result.ShouldNotBeNull();
    }
}
