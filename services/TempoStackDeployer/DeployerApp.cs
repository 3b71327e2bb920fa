using TempoCos.ServiceDefaults;
using TempoCos.TempoStackDeployer.Changes;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Diagnosis;
using TempoCos.TempoStackDeployer.Disturbances;
using TempoCos.TempoStackDeployer.Ledgers;
using TempoCos.TempoStackDeployer.Plans;
using TempoCos.TempoStackDeployer.Reach;

namespace TempoCos.TempoStackDeployer;

/// <summary>The service, ready to start.</summary>
public static class DeployerApp
{
    /// <summary>Wires the service on <paramref name="builder"/>.</summary>
    public static WebApplication Create(WebApplicationBuilder builder)
    {
        builder.AddServiceDefaults(Telemetry.Name);
        builder.Services.AddOptions<DeployerOptions>()
            .Bind(builder.Configuration.GetSection("TempoCos"))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services
            .AddSingleton<ClusterConnector>()
            .AddSingleton<LedgerDirectory>()
            .AddSingleton<OpenForwards>()
            .AddSingleton<RunGates>()
            .AddSingleton<StackDeployment>()
            .AddSingleton<StackDiagnosis>()
            .AddSingleton<StackRemoval>()
            .AddSingleton<StackAccess>()
            .AddSingleton<StackPlan>()
            .AddSingleton<StackChange>()
            .AddSingleton<IngesterLoss>()
            .AddSingleton<RetentionChange>()
            .AddSingleton<StackRestart>();

        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapGrpcService<DeployerService>();
        return app;
    }
}
