using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace TempoCos.AppHost;

internal static class PipelineRunExtensions
{
    /// <summary>Shows the run in the terminal, lets others attach to it, and ends with it.</summary>
    public static RunOutcome AddPipelineRun(
        this IDistributedApplicationBuilder builder, IResourceBuilder<ProjectResource> pipeline, HomeDirectory home, AppHostOptions options)
    {
        var outcome = new RunOutcome();
        if (Publishing.Is(builder.Configuration))
        {
            return outcome;
        }

        builder.Services.AddSingleton(pipeline.Resource);
        builder.Services.AddSingleton(outcome);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(home);
        builder.Services.AddHostedService<FailureReport>();
        builder.Services.AddHostedService<Announcement>();
        builder.Services.AddSingleton<PipelineConsole>();
        builder.Services.AddHostedService(services => services.GetRequiredService<PipelineConsole>());
        builder.Services.AddHostedService<PipelineRun>();
        if (options.Owner is { } owner)
        {
            builder.Services.AddSingleton<IHostLifetime>(services => new OwnerLifetime(owner, services.GetRequiredService<IHostApplicationLifetime>()));
        }

        // Time for the run's own clean-up, and for the processes to end.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = PipelineRun.CleanUpDeadline + TimeSpan.FromSeconds(40));
        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical));
        return outcome;
    }
}
