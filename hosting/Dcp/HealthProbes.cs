using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Dcp;

/// <summary>Asks running resources for their health.</summary>
internal sealed class HealthProbes(ResourceNotificationService notifications, ResourceLauncher launcher) : IDisposable
{
    private static readonly TimeSpan UntilHealthy = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan WhileHealthy = TimeSpan.FromSeconds(5);
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };

    public async Task RunAsync(IResource resource, CancellationToken cancellationToken)
    {
        var checks = resource.Annotations.OfType<HttpHealthCheckAnnotation>().ToList();
        while (checks.Count > 0)
        {
            var running = await notifications.WaitForResourceAsync(resource.Name, change => change.Snapshot.State?.Text == KnownResourceStates.Running, cancellationToken);
            var reports = await Task.WhenAll(checks.Select(check => AskAsync(check, cancellationToken)));
            if (!reports.SequenceEqual(running.Snapshot.HealthReports))
            {
                notifications.Publish(resource, launcher.IdOf(resource), current => current!.State?.Text == KnownResourceStates.Running ? current with { HealthReports = [.. reports] } : current);
            }

            await Task.Delay(reports.All(report => report.Status == HealthStatus.Healthy) ? WhileHealthy : UntilHealthy, cancellationToken);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<HealthReportSnapshot> AskAsync(HttpHealthCheckAnnotation check, CancellationToken cancellationToken)
    {
        var url = check.Endpoint.Url + check.Path;
        try
        {
            using var response = await _http.GetAsync(url, cancellationToken);
            return (int)response.StatusCode == check.StatusCode
                ? new HealthReportSnapshot(check.Key, HealthStatus.Healthy, null, null)
                : new HealthReportSnapshot(check.Key, HealthStatus.Unhealthy, $"{url} answers {(int)response.StatusCode}", null);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return new HealthReportSnapshot(check.Key, HealthStatus.Unhealthy, $"{url} does not answer", exception.Message);
        }
    }
}
