using Grpc.Core;
using Grpc.Net.Client;
using TempoCos.Contracts;
using TempoCos.ServiceDefaults;

namespace TempoCos.CosProvisioner.Tests;

/// <summary>The service itself, called over gRPC; everything that it says is kept.</summary>
internal sealed class ServiceHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;

    private ServiceHost(WebApplication app, CollectedLog log)
    {
        _app = app;
        Log = log;
        _channel = GrpcChannel.ForAddress(app.Urls.Last());
        Client = new Contracts.CosProvisioner.CosProvisionerClient(_channel);
    }

    public Contracts.CosProvisioner.CosProvisionerClient Client { get; }

    public CollectedLog Log { get; }

    public List<StageEvent> Events { get; } = [];

    public static async Task<ServiceHost> StartAsync(Sandbox sandbox, Wire? wire = null, string home = "home", IReadOnlyDictionary<string, string?>? settings = null)
    {
        var log = new CollectedLog();
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(Provisioner.Settings(sandbox, home, settings));
        builder.AddServiceDefaults("TempoCos.CosProvisioner");
        builder.Services.AddCosProvisioner(builder.Configuration);
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(log);
        Provisioner.Tap(builder.Services, wire);
        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapGrpcService<CosProvisionerService>();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new ServiceHost(app, log);
    }

    public async Task<Provisioned> ProvisionAsync(ProvisionRequest request)
    {
        Provisioned? provisioned = null;
        using var call = Client.Provision(request, cancellationToken: TestContext.Current.CancellationToken);
        await foreach (var reply in call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            Keep(reply.Event);
            provisioned ??= reply.Provisioned;
        }

        return provisioned.ShouldNotBeNull();
    }

    public async Task<Deprovisioned> DeprovisionAsync(string runId)
    {
        Deprovisioned? deprovisioned = null;
        using var call = Client.Deprovision(new DeprovisionRequest { RunId = runId }, cancellationToken: TestContext.Current.CancellationToken);
        await foreach (var reply in call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            Keep(reply.Event);
            deprovisioned ??= reply.Deprovisioned;
        }

        return deprovisioned.ShouldNotBeNull();
    }

    /// <summary>The one diagnostic that the call ends with.</summary>
    public async Task<DiagnosticException> DiagnoseAsync(ProvisionRequest request)
    {
        var failure = await Should.ThrowAsync<RpcException>(() => ProvisionAsync(request));
        return DiagnosticException.From(failure).ShouldNotBeNull(failure.Status.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private void Keep(StageEvent? @event)
    {
        if (@event is not null)
        {
            Events.Add(@event);
        }
    }
}
