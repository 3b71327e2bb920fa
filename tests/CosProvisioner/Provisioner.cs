using Microsoft.Extensions.Http;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.Kubernetes;
using TempoCos.CosProvisioner.Steps;
using TempoCos.ServiceDefaults;

namespace TempoCos.CosProvisioner.Tests;

/// <summary>The insides of one process of the service: what it remembers is lost with it, its home stays.</summary>
internal sealed class Provisioner : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public Provisioner(Sandbox sandbox, Wire? wire = null, string home = "home", IReadOnlyDictionary<string, string?>? settings = null)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(Settings(sandbox, home, settings)).Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration).AddSingleton(TimeProvider.System).AddLogging();
        services.AddCosProvisioner(configuration);
        Tap(services, wire);
        _services = services.BuildServiceProvider();
    }

    public IServiceProvider Services => _services;

    public List<StageEvent> Events { get; } = [];

    public static Dictionary<string, string?> Settings(Sandbox sandbox, string home, IReadOnlyDictionary<string, string?>? settings)
    {
        var all = new Dictionary<string, string?>
        {
            ["TempoCos:Home"] = Path.Combine(sandbox.Directory.Path, home),
            ["KUBECONFIG"] = sandbox.Kubeconfig,
            ["IbmCloud:ApiKey"] = Sandbox.ApiKey,
            ["IbmCloud:IamUrl"] = $"{sandbox.Url}/_/iam",
            ["IbmCloud:ResourceControllerUrl"] = $"{sandbox.Url}/_/resource-controller",
            ["IbmCloud:EndpointsUrl"] = $"{sandbox.Url}/_/control/v2/endpoints",
            ["IbmCloud:ConfigUrl"] = $"{sandbox.Url}/_/config/v1",
            ["IbmCloud:GlobalSearchUrl"] = $"{sandbox.Url}/_/global-search",
            ["IbmCloud:TaggingUrl"] = $"{sandbox.Url}/_/tags",
        };
        foreach (var (key, value) in settings ?? new Dictionary<string, string?>())
        {
            all[key] = value;
        }

        return all;
    }

    /// <summary>Puts the wire nearest to the network, behind every retry.</summary>
    public static void Tap(IServiceCollection services, Wire? wire)
    {
        if (wire is not null)
        {
            services.ConfigureAll<HttpClientFactoryOptions>(options => options.HttpMessageHandlerBuilderActions.Add(builder => builder.AdditionalHandlers.Add(wire.Handler())));
            services.AddKeyedTransient(ClusterConnection.Handlers, (_, _) => wire.Handler());
        }
    }

    public async Task<Provisioned> ProvisionAsync(ProvisionRequest request)
    {
        using var reporter = Report(request.RunId, "provision");
        return await _services.GetRequiredService<Provisioning>().RunAsync(request, reporter, TestContext.Current.CancellationToken);
    }

    public async Task<Deprovisioned> DeprovisionAsync(string runId)
    {
        using var reporter = Report(runId, "cleanup");
        return await _services.GetRequiredService<Deprovisioning>().RunAsync(runId, reporter, TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private StageReporter Report(string runId, string stage) => new(runId, stage, ProvisionerTelemetry.Source, TimeProvider.System, @event =>
    {
        Events.Add(@event);
        return Task.CompletedTask;
    });
}
