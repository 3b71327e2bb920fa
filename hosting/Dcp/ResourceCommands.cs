namespace Aspire.Hosting.Dcp;

/// <summary>What the dashboard can do to a resource.</summary>
internal sealed class ResourceCommands(DistributedApplicationModel model, ResourceNotificationService notifications, ResourceLauncher launcher) : IDisposable
{
    public const string Start = "start";
    public const string Stop = "stop";
    public const string Restart = "restart";
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>Does it; says how it went.</summary>
    /// <exception cref="DistributedApplicationException">It did not work.</exception>
    public async Task<string> ExecuteAsync(string resourceId, string command, CancellationToken cancellationToken)
    {
        var resource = model.Resources.FirstOrDefault(resource => launcher.IdOf(resource) == resourceId) ?? throw new DistributedApplicationException($"There is no resource '{resourceId}'.");
        switch (command)
        {
            case Start:
                await StartAsync(resource, cancellationToken);
                return $"Started {resource.Name}.";
            case Stop:
                await StopAsync(resource, cancellationToken);
                return $"Stopped {resource.Name}.";
            case Restart:
                await StopAsync(resource, cancellationToken);
                await StartAsync(resource, cancellationToken);
                return $"Restarted {resource.Name}.";
            default:
                return await SendAsync(
                    resource.Annotations.OfType<HttpCommandAnnotation>().FirstOrDefault(annotation => annotation.Name == command) ?? throw new DistributedApplicationException($"'{resource.Name}' has no command '{command}'."),
                    cancellationToken);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task StartAsync(IResource resource, CancellationToken cancellationToken)
    {
        await launcher.Client!.DeleteAsync("executables", launcher.IdOf(resource), cancellationToken);
        await launcher.LaunchAsync(resource, cancellationToken);
    }

    private async Task StopAsync(IResource resource, CancellationToken cancellationToken)
    {
        await launcher.Client!.StopExecutableAsync(launcher.IdOf(resource), cancellationToken);
        await notifications.WaitForResourceAsync(resource.Name, change => change.Snapshot.IsTerminal, cancellationToken).WaitAsync(TimeSpan.FromSeconds(60), cancellationToken);
    }

    private async Task<string> SendAsync(HttpCommandAnnotation command, CancellationToken cancellationToken)
    {
        var url = command.Endpoint.Url + command.Path;
        try
        {
            using var response = await _http.PostAsync(url, null, cancellationToken);
            var body = (await response.Content.ReadAsStringAsync(cancellationToken)).Trim();
            return response.IsSuccessStatusCode
                ? body.Length > 0 ? body : $"{command.DisplayName}: done."
                : throw new DistributedApplicationException($"{command.DisplayName}: {url} answered {(int)response.StatusCode}. {body}");
        }
        catch (HttpRequestException exception)
        {
            throw new DistributedApplicationException($"{command.DisplayName}: {url} does not answer: {exception.Message}", exception);
        }
    }
}
