using TempoCos.CosProvisioner.Doctor;
using TempoCos.CosProvisioner.Http;
using TempoCos.CosProvisioner.Iam;
using TempoCos.CosProvisioner.Kubernetes;
using TempoCos.CosProvisioner.Leaks;
using TempoCos.CosProvisioner.Ledger;
using TempoCos.CosProvisioner.ObjectStorage;
using TempoCos.CosProvisioner.ObjectStorage.Emptying;
using TempoCos.CosProvisioner.ResourceController;
using TempoCos.CosProvisioner.Rotation;
using TempoCos.CosProvisioner.Search;
using TempoCos.CosProvisioner.Steps;
using TempoCos.StorageCost.Metering;

namespace TempoCos.CosProvisioner;

/// <summary>Who is made of what.</summary>
internal static class CosProvisionerServices
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    public static IServiceCollection AddCosProvisioner(this IServiceCollection services, IConfiguration configuration)
    {
        services.Configure<IbmCloudOptions>(configuration.GetSection(IbmCloudOptions.Section));
        services.Configure<S3Options>(configuration.GetSection(S3Options.Section)).PostConfigure<S3Options>(options => options.CompleteFrom(configuration));
        services.Configure<HomeOptions>(configuration.GetSection(HomeOptions.Section));
        services.Configure<RotationOptions>(configuration.GetSection(RotationOptions.Section));
        services.AddOptions<EmptyingOptions>().Bind(configuration.GetSection(EmptyingOptions.Section)).ValidateDataAnnotations().ValidateOnStart();

        services.AddRemoteSystem(IamClient.ClientName, RemoteSystem.Iam);
        services.AddRemoteSystem(EndpointDirectory.ClientName, RemoteSystem.EndpointsDocument);
        services.AddRemoteSystem(ResourceApi.ClientName, RemoteSystem.ResourceController, bearer: true);
        services.AddObjectStore(ObjectStore.BearerClientName, bearer: true);
        services.AddObjectStore(ObjectStore.HmacClientName, bearer: false);
        services.AddRemoteSystem(BucketConfigurationClient.ClientName, RemoteSystem.BucketConfiguration, bearer: true);
        services.AddRemoteSystem(GlobalSearchClient.ClientName, RemoteSystem.Search, bearer: true);
        services.AddKeyedTransient<DelegatingHandler>(ClusterConnection.Handlers, (provider, _) => Retry(provider, RemoteSystem.Cluster));

        services.AddSingleton<ClusterConnection>();
        services.AddSingleton<ApiKeySource>().AddSingleton<IamClient>().AddSingleton<IamTokenSource>();
        services.AddSingleton<ResourceApi>().AddSingleton<ResourceManagerClient>().AddSingleton<ResourceControllerClient>();
        services.AddSingleton<EndpointDirectory>().AddSingleton<ObjectStore>().AddSingleton<HmacProof>();
        services.AddSingleton<LedgerStore>().AddSingleton<Waiting>().AddSingleton<Creation>();
        services.AddSingleton<Namespaces>().AddSingleton<ResourceGroups>().AddSingleton<ServiceInstances>();
        services.AddSingleton<BucketConfigurationClient>().AddSingleton<BucketRemoval>().AddSingleton<Buckets>().AddSingleton<BucketSettings>().AddSingleton<ResourceKeys>();
        services.AddSingleton<GlobalSearchClient>().AddSingleton<TaggingClient>().AddSingleton<BucketPlaces>();
        services.AddSingleton<LeakSearch>().AddSingleton<LeakRemoval>();
        services.AddSingleton<S3Buckets>().AddSingleton<S3Provisioning>();
        services.AddSingleton<RefusalProof>().AddSingleton<KeyRotation>().AddSingleton<KeyRevocation>();
        services.AddSingleton<Provisioning>().AddSingleton<Deprovisioning>();
        services.AddSingleton<ApiKeyCheck>().AddSingleton<AccountRightsCheck>().AddSingleton<LocationCheck>().AddSingleton<PlanCheck>();
        services.AddSingleton<ServiceInstanceCheck>().AddSingleton<BucketLimitCheck>().AddSingleton<ReclamationCheck>().AddSingleton<ResourceGroupCheck>();
        services.AddSingleton<LeaksCheck>().AddSingleton<RunStore>().AddSingleton<Diagnosing>();
        return services;
    }

    private static void AddObjectStore(this IServiceCollection services, string clientName, bool bearer) =>
        services.AddRemoteSystem(clientName, RemoteSystem.ObjectStore, bearer)
            .AddHttpMessageHandler(() => new ContentDigestHandler())
            .AddHttpMessageHandler(provider => ActivatorUtilities.CreateInstance<ThrottleHandler>(provider))
            .Meter();

    private static IHttpClientBuilder AddRemoteSystem(this IServiceCollection services, string clientName, RemoteSystem system, bool bearer = false)
    {
        var client = services.AddHttpClient(clientName, http => http.Timeout = Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers()
            .ConfigurePrimaryHttpMessageHandler(() => Transport());
        if (bearer)
        {
            client.AddHttpMessageHandler(provider => ActivatorUtilities.CreateInstance<BearerTokenHandler>(provider));
        }

        return client.AddHttpMessageHandler(provider => Retry(provider, system));
    }

    // What the store bills is counted below everything that repeats a request.
    private static IHttpClientBuilder Meter(this IHttpClientBuilder client) => client.ConfigurePrimaryHttpMessageHandler(() => new MeteringHandler(Transport()));

    private static SocketsHttpHandler Transport() => new() { ConnectTimeout = ConnectTimeout, AllowAutoRedirect = false };

    private static RetryHandler Retry(IServiceProvider provider, RemoteSystem system) => ActivatorUtilities.CreateInstance<RetryHandler>(provider, system);
}
