namespace Aspire.Hosting.Dcp;

/// <summary>What the dashboard can do to a resource.</summary>
internal sealed class ResourceCommands(DistributedApplicationModel model, ResourceNotificationService notifications, ResourceLauncher launcher) : IDisposable
{
    public const string Start = "start";
    public const string Stop = "stop";
    public const string Restart = "restart";
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(30) };

    public async Task<string> ExecuteAsync(string resourceId, string command, CancellationToken cancellationToken)
    {
        var program = model.Resources.OfType<ProgramResource>().FirstOrDefault(program => program.Id == resourceId) ?? throw new DistributedApplicationException($"There is no resource '{resourceId}'.");
        switch (command)
        {
            case Start:
                await StartAsync(program, cancellationToken);
                return $"Started {program.Name}.";
            case Stop:
                await StopAsync(program, cancellationToken);
                return $"Stopped {program.Name}.";
            case Restart:
                await StopAsync(program, cancellationToken);
                await StartAsync(program, cancellationToken);
                return $"Restarted {program.Name}.";
            default:
                var own = program.Commands.FirstOrDefault(known => known.Name == command) ?? throw new DistributedApplicationException($"'{program.Name}' has no command '{command}'.");
                return await SendAsync(own, cancellationToken);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task StartAsync(ProgramResource program, CancellationToken cancellationToken)
    {
        await launcher.Client!.DeleteExecutableAsync(program.Id, cancellationToken);
        await launcher.LaunchAsync(program, cancellationToken);
    }

    private async Task StopAsync(ProgramResource program, CancellationToken cancellationToken)
    {
        await launcher.Client!.StopExecutableAsync(program.Id, cancellationToken);
        await notifications.WaitForResourceAsync(program.Name, change => change.Snapshot.IsTerminal, cancellationToken).WaitAsync(TimeSpan.FromSeconds(60), cancellationToken);
    }

    private async Task<string> SendAsync(HttpCommand command, CancellationToken cancellationToken)
    {
        var url = command.Endpoint.Url + command.Path;
        using var response = await _http.PostAsync(url, null, cancellationToken);
        var body = (await response.Content.ReadAsStringAsync(cancellationToken)).Trim();
        return response.IsSuccessStatusCode
            ? body.Length > 0 ? body : $"{command.DisplayName}: done."
            : throw new DistributedApplicationException($"{command.DisplayName}: {url} answered {(int)response.StatusCode}. {body}");
    }
}
