using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Querier;
using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.Tests;

/// <summary>How a querier finds its query-frontend.</summary>
public sealed class FrontendWorkerTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_querier_that_met_somebody_else_at_the_frontends_address_finds_the_frontend_when_it_is_there()
    {
        var asked = new TaskCompletionSource();
        var found = new TaskCompletionSource<uint>();
        await using var other = await ServeAsync(services => services.AddGrpc(), app => app.Run(context =>
        {
            asked.TrySetResult();
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }));
        await using var frontend = await ServeAsync(services => services.AddSingleton(found).AddGrpc(), app => app.MapGrpcService<RecordingFrontend>());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var relay = new TcpListener(IPAddress.Loopback, 0);
        relay.Start();
        var target = PortOf(other);
        var relaying = RelayAsync(relay, () => target, stop.Token);
        var settings = new QuerierSettings(relay.LocalEndpoint.ToString()!, 7, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));

        var working = new FrontendWorker(new RunningJobs(null!, settings, TimeProvider.System), settings, TimeProvider.System, NullLogger<FrontendWorker>.Instance).RunAsync(stop.Token);
        await asked.Task.WaitAsync(Deadline, stop.Token);
        found.Task.IsCompleted.ShouldBeFalse();
        target = PortOf(frontend);

        (await found.Task.WaitAsync(Deadline, stop.Token)).ShouldBe(7u);
        await stop.CancelAsync();
        await working;
        await relaying;
    }

    private static async Task<WebApplication> ServeAsync(Action<IServiceCollection> add, Action<WebApplication> map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        add(builder.Services);
        var app = builder.Build();
        map(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    private static int PortOf(WebApplication app) => new Uri(app.Urls.First()).Port;

    /// <summary>Where a connection goes is decided when it is made, as by the proxy of a service.</summary>
    private static async Task RelayAsync(TcpListener listener, Func<int> target, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(stop);
                _ = JoinAsync(client, target(), stop);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private static async Task JoinAsync(TcpClient client, int port, CancellationToken stop)
    {
        using (client)
        using (var server = new TcpClient())
        {
            await server.ConnectAsync(IPAddress.Loopback, port, stop);
            await Task.WhenAny(client.GetStream().CopyToAsync(server.GetStream(), stop), server.GetStream().CopyToAsync(client.GetStream(), stop));
        }
    }

    private sealed class RecordingFrontend(TaskCompletionSource<uint> found) : Frontend.FrontendBase
    {
        public override async Task Process(IAsyncStreamReader<QueryResult> requestStream, IServerStreamWriter<QueryJob> responseStream, ServerCallContext context)
        {
            await requestStream.MoveNext(context.CancellationToken);
            found.TrySetResult(requestStream.Current.Slots);
            await Task.Delay(Timeout.Infinite, context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
