using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Controllers.Workloads;

namespace TempoCos.Cluster.Controllers;

/// <summary>Forgets events an hour after they were last seen.</summary>
public sealed class EventExpiry(ControllerContext context) : BackgroundService
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    public void Run()
    {
        var oldest = context.Now - Kept;
        foreach (var stored in context.Store.List(BuiltInResources.Events).Objects)
        {
            var one = stored.ToObject();
            if (PodState.Time(one.Text("series", "lastObservedTime") ?? one.Text("lastTimestamp") ?? one.Text("eventTime") ?? one.Text("metadata", "creationTimestamp")) < oldest)
            {
                context.Store.TryRemove(stored.Key, stored.Version);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, context.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                Run();
            }
        }
        catch (OperationCanceledException)
        {
            // The cluster stops.
        }
    }
}
