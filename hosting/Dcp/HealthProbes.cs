using System.Net;

namespace Aspire.Hosting.Dcp;

/// <summary>Asks running resources for their health.</summary>
internal sealed class HealthProbes(ResourceNotificationService notifications) : IDisposable
{
    private static readonly TimeSpan UntilHealthy = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan WhileHealthy = TimeSpan.FromSeconds(5);
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };

    public async Task RunAsync(ProgramResource program, CancellationToken cancellationToken)
    {
        while (program.HealthCheck is { } check)
        {
            await notifications.WaitForResourceAsync(program.Name, change => change.Snapshot.IsRunning, cancellationToken);
            var report = await AskAsync(check, cancellationToken);
            notifications.Publish(program, current => current!.IsRunning ? current with { HealthReport = report } : current);
            await Task.Delay(report.Status == HealthStatus.Healthy ? WhileHealthy : UntilHealthy, cancellationToken);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<HealthReportSnapshot> AskAsync(HttpHealthCheck check, CancellationToken cancellationToken)
    {
        var url = check.Endpoint.Url + check.Path;
        try
        {
            using var response = await _http.GetAsync(url, cancellationToken);
            return response.StatusCode == HttpStatusCode.OK
                ? new HealthReportSnapshot(HealthStatus.Healthy, null, null)
                : new HealthReportSnapshot(HealthStatus.Unhealthy, $"{url} answers {(int)response.StatusCode}", null);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return new HealthReportSnapshot(HealthStatus.Unhealthy, $"{url} does not answer", exception.Message);
        }
    }
}
