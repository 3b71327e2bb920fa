using Microsoft.Extensions.Hosting;

namespace TempoCos.AppHost;

/// <summary>Repeats in the terminal what a service said before it failed.</summary>
internal sealed class FailureReport(ProjectResource pipeline, ResourceNotificationService notifications, ResourceLoggerService logs) : BackgroundService
{
    private const int Lines = 5;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var reported = new HashSet<string>();
        await foreach (var change in notifications.WatchAsync(stoppingToken))
        {
            var snapshot = change.Snapshot;
            var failed = snapshot.State?.Text == KnownResourceStates.FailedToStart || (snapshot.State?.Text == KnownResourceStates.Finished && snapshot.ExitCode is > 0);
            if (change.Resource.Name == pipeline.Name || !failed)
            {
                reported.Remove(change.Resource.Name);
            }
            else if (reported.Add(change.Resource.Name))
            {
                await Console.Error.WriteLineAsync($"{change.Resource.Name} has failed ({snapshot.State!.Text}{(snapshot.ExitCode is { } code ? $", exit code {code}" : "")}):");
                var errors = new List<string>();
                await foreach (var batch in logs.GetAllAsync(change.Resource).WithCancellation(stoppingToken))
                {
                    errors.AddRange(batch.Where(line => line.IsErrorMessage).Select(line => $"  {ConsoleLine.Text(line)}"));
                }

                await Console.Error.WriteLineAsync(string.Join(Environment.NewLine, errors.TakeLast(Lines)));
            }
        }
    }
}
