using TempoCos.Cluster.Access;
using TempoCos.Cluster.Access.Rbac;
using TempoCos.Cluster.Api.Admission;
using TempoCos.Cluster.Api.Admission.Webhooks;
using TempoCos.Cluster.Api.Discovery;
using TempoCos.Cluster.Api.Faults;
using TempoCos.Cluster.Api.Http;
using TempoCos.Cluster.Api.Pods;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Schemas;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Api.Tables;
using TempoCos.Cluster.Controllers;
using TempoCos.Cluster.Controllers.Deployments;
using TempoCos.Cluster.Controllers.Disruption;
using TempoCos.Cluster.Controllers.Jobs;
using TempoCos.Cluster.Controllers.Scheduling;
using TempoCos.Cluster.Controllers.StatefulSets;
using TempoCos.Cluster.Controllers.Volumes;
using TempoCos.Cluster.Controllers.Workloads;
using TempoCos.Cluster.Kubelet;
using TempoCos.Cluster.Kubelet.Containers;
using TempoCos.Cluster.Kubelet.Engine;
using TempoCos.Cluster.Kubelet.Images;
using TempoCos.Cluster.Kubelet.Limits;
using TempoCos.Cluster.Kubelet.Logs;
using TempoCos.Cluster.Kubelet.Loopback;
using TempoCos.Cluster.Kubelet.Names;
using TempoCos.Cluster.Kubelet.Nodes;
using TempoCos.Cluster.Kubelet.Probes;
using TempoCos.Cluster.Kubelet.Processes;
using TempoCos.Cluster.Kubelet.Volumes;
using TempoCos.Cluster.Network;
using TempoCos.Cluster.Network.Http;
using TempoCos.Cluster.Network.Names;
using TempoCos.Cluster.Operator;
using TempoCos.Cluster.Operator.Admission;
using TempoCos.Cluster.Operator.Certificates;
using TempoCos.Cluster.Operator.Monolithic;
using TempoCos.Cluster.Startup;

namespace TempoCos.Cluster;

/// <summary>A cluster as an application: start it, and its API is at the first of its URLs and its kubeconfig where the options say.</summary>
public static class ClusterApp
{
    public static WebApplication Create(ClusterOptions options)
    {
        var data = DataDirectory.Open(options.DataDirectory);
        try
        {
            return Build(options, data);
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    private static WebApplication Build(ClusterOptions options, DataDirectory data)
    {
        var gates = FeatureGates.Parse(options.FeatureGates);
        var certificate = ServerCertificate.LoadOrCreate(data.Path, options.Time.GetUtcNow());
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.Http2.MaxStreamsPerConnection = 1000;
            LoopbackListener.Listen(kestrel, options.Port, certificate.Server);
        });
        builder.Logging.SetMinimumLevel(LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.Configure<HostOptions>(host =>
        {
            host.ShutdownTimeout = TimeSpan.FromSeconds(4);
            host.ServicesStopConcurrently = true;
        });
        builder.Services
            .AddSingleton(options)
            .AddSingleton(options.Time)
            .AddSingleton(_ => data)
            .AddSingleton(_ => certificate)
            .AddSingleton(ClusterToken.LoadOrCreate(data.Path))
            .AddSingleton<ServiceAccountTokens>()
            .AddSingleton<ClientCertificates>()
            .AddSingleton<TokenAuthentication>()
            .AddSingleton<Authorizer>()
            .AddSingleton<Escalation>()
            .AddSingleton<Impersonation>()
            .AddSingleton(services => new ObjectStore(services.GetRequiredService<DataDirectory>().Path))
            .AddSingleton<ResourceCatalog>()
            .AddSingleton<SchemaAdmission>()
            .AddSingleton<WebhookClient>()
            .AddSingleton<AdmissionWebhooks>()
            .AddSingleton<EventAdmission>()
            .AddSingleton<ResourceAdmission>()
            .AddSingleton<ResourceRegistry>()
            .AddSingleton<NamespaceContent>()
            .AddSingleton<TableWriter>()
            .AddSingleton<DiscoveryEndpoint>()
            .AddSingleton<ReadEndpoint>()
            .AddSingleton<WatchEndpoint>()
            .AddSingleton<WriteEndpoint>()
            .AddSingleton<PatchEndpoint>()
            .AddSingleton<PodEndpoint>()
            .AddSingleton<FaultEndpoint>()
            .AddSingleton<AccessReview>()
            .AddSingleton<TokenRequest>()
            .AddSingleton<PortForwarding>()
            .AddSingleton<ApiServer>()
            .AddSingleton<PodLogs>()
            .AddSingleton<PodPorts>()
            .AddSingleton<ServiceTargets>()
            .AddSingleton<ServiceNetwork>()
            .AddSingleton<ServicePorts>()
            .AddSingleton<LoopbackBlock>()
            .AddSingleton<ServiceListeners>()
            .AddSingleton<PodListeners>()
            .AddSingleton<ServiceNames>()
            .AddSingleton(new DnsForwarder(DnsForwarder.MachineFile))
            .AddSingleton<FrontCertificates>()
            .AddSingleton<ObjectWriter>()
            .AddSingleton<EventRecorder>()
            .AddSingleton<ControllerContext>()
            .AddSingleton<Ownership>()
            .AddSingleton<PodControl>()
            .AddSingleton<Eviction>()
            .AddSingleton<ClaimDirectories>()
            .AddSingleton<PodVolumes>()
            .AddSingleton<VolumeContent>()
            .AddSingleton<AccountTokens>()
            .AddSingleton<AccountDirectory>()
            .AddSingleton<HostPath>()
            .AddSingleton<ApiAddress>()
            .AddSingleton<ContainerEngine>()
            .AddSingleton<ImageStore>()
            .AddSingleton<ContainerEnvironment>()
            .AddSingleton<ContainerLauncher>()
            .AddSingleton<HttpProbe>()
            .AddSingleton<GrpcProbe>()
            .AddSingleton<ProbeAction>()
            .AddSingleton<ControlGroupTree>()
            .AddSingleton<PrivateMounts>()
            .AddSingleton<PodResolver>()
            .AddSingleton<ProcessStarter>()
            .AddSingleton<DeathWatch>()
            .AddSingleton<ProcessLedger>()
            .AddSingleton<KubeletContext>()
            .AddSingleton<StoredDefaults>()
            .AddSingleton<Seeding>()
            .AddSingleton<ServiceAddresses>()
            .AddSingleton<OperatorWebhooks>()
            .AddSingleton<OperandWriter>()
            .AddSingleton<CertificateAuthority>()
            .AddSingleton(gates)
            .AddHostedService<DnsServer>()
            .AddHostedService<Announcement>()
            .AddHostedService(services => services.GetRequiredService<NamespaceContent>())
            .AddHostedService<ClusterRoleAggregation>()
            .AddHostedService<QuotaStatus>()
            .AddHostedService<CustomResourceCleanup>()
            .AddHostedService<GarbageCollector>()
            .AddHostedService<NamespaceController>()
            .AddHostedService<EndpointsController>()
            .AddHostedService<IngressController>()
            .AddHostedService<RouteController>()
            .AddHostedService<DeploymentController>()
            .AddHostedService<ReplicaSetController>()
            .AddHostedService<StatefulSetController>()
            .AddHostedService<JobController>()
            .AddHostedService<ClaimController>()
            .AddHostedService<NodeReporter>()
            .AddHostedService<VolumeController>()
            .AddHostedService<Scheduler>()
            .AddHostedService<DisruptionController>()
            .AddHostedService<EventExpiry>()
            .AddHostedService<PodKubelet>();
        if (options.Operator)
        {
            builder.Services.AddHostedService<TempoStackOperator>().AddHostedService<TempoMonolithicOperator>().AddHostedService<OperatorDeploymentController>().AddHostedService<ZoneAwareness>();
        }

        if (options.Operator && gates.ServingCertificates)
        {
            builder.Services.AddHostedService<ServingCertificateController>();
        }

        var app = builder.Build();
        app.UseWebSockets();
        app.Run(app.Services.GetRequiredService<ApiServer>().HandleAsync);
        return app;
    }
}
