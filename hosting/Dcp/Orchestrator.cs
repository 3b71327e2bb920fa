namespace Aspire.Hosting.Dcp;

/// <summary>Brings the model up on DCP and keeps the states of its resources.</summary>
internal sealed partial class Orchestrator(
    DistributedApplicationModel model,
    ResourceNotificationService notifications,
    ResourceLoggerService logs,
    ResourceLauncher launcher,
    HealthProbes probes,
    DashboardServer dashboard,
    IConfiguration configuration,
    ILogger<Orchestrator> logger) : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan AllocationDeadline = TimeSpan.FromSeconds(60);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<string, Task> _consoles = [];
    private readonly TakenPorts _taken = new(logs, launcher);
    private DcpProcess? _dcp;

    private IEnumerable<ProgramResource> Programs => model.Resources.OfType<ProgramResource>();

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var bundle = await AspireBundle.FindAsync(Environment.GetEnvironmentVariable, cancellationToken);
        foreach (var parameter in model.Resources.OfType<ParameterResource>())
        {
            Publish(parameter);
        }

        if (model.Resources.OfType<DashboardResource>().SingleOrDefault() is { } shown)
        {
            shown.Configure(bundle, await dashboard.StartAsync(cancellationToken), configuration);
        }

        _dcp = await DcpProcess.StartAsync(bundle, cancellationToken);
        await AllocateAsync(_dcp.Client, cancellationToken);
        launcher.Client = _dcp.Client;
        _ = ObserveAsync("executables", WatchExecutablesAsync(_dcp.Client));
        foreach (var program in Programs)
        {
            launcher.Prepare(program);
            _ = ObserveAsync(program.Name, launcher.LaunchAsync(program, _stopping.Token));
            _ = ObserveAsync(program.Name, probes.RunAsync(program, _stopping.Token));
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        if (_dcp is not null)
        {
            await _dcp.DisposeAsync();
            _dcp = null;
        }
    }

    /// <summary>After a start that failed half-way, nobody stops the hosted services.</summary>
    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);

    private void Publish(ParameterResource parameter) => notifications.Publish(parameter, _ => new CustomResourceSnapshot
    {
        State = new ResourceStateSnapshot(KnownResourceStates.Running),
        Properties = [new ResourcePropertySnapshot("Value", parameter.Secret ? ResourceLauncher.Mask : parameter.Value)],
    });

    private async Task AllocateAsync(DcpClient client, CancellationToken cancellationToken)
    {
        var waiting = Programs.SelectMany(program => program.Endpoints).ToDictionary(endpoint => endpoint.Service);
        foreach (var service in waiting.Keys)
        {
            await client.CreateAsync("Service", service, new { protocol = "TCP", addressAllocationMode = "IPv4ZeroOne" }, null, cancellationToken);
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(AllocationDeadline);
        try
        {
            await using var changes = client.WatchAsync("Service", deadline.Token).GetAsyncEnumerator(deadline.Token);
            while (waiting.Count > 0 && await changes.MoveNextAsync())
            {
                if (changes.Current is { Status: { EffectivePort: > 0 } status, Metadata.Name: var name } && waiting.Remove(name, out var endpoint))
                {
                    endpoint.Url = $"http://{status.EffectiveAddress ?? "127.0.0.1"}:{status.EffectivePort}";
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DistributedApplicationException($"DCP had not opened a port for {string.Join(", ", waiting.Keys)} after {AllocationDeadline.TotalSeconds} s.");
        }
    }

    private async Task WatchExecutablesAsync(DcpClient client)
    {
        await foreach (var executable in client.WatchAsync("Executable", _stopping.Token))
        {
            if (Programs.FirstOrDefault(program => program.Id == executable.Metadata.Name) is not { } program || executable.Status is not { State: { Length: > 0 } state } status)
            {
                continue;
            }

            var text = state switch { "Terminated" => KnownResourceStates.Exited, "Unknown" => KnownResourceStates.Starting, _ => state };
            if (state is not ("Unknown" or "Starting" or "FailedToStart") && !_consoles.ContainsKey(executable.Metadata.Uid))
            {
                _consoles[executable.Metadata.Uid] = Task.WhenAll(CopyAsync(client, program, "stdout"), CopyAsync(client, program, "stderr"));
            }

            // What a process has written is there before one hears that it has ended.
            var isTerminal = KnownResourceStates.TerminalStates.Contains(text);
            _ = ObserveAsync(program.Name, PublishAfterAsync(isTerminal && _consoles.TryGetValue(executable.Metadata.Uid, out var console) ? console : Task.CompletedTask));

            async Task PublishAfterAsync(Task written)
            {
                await Task.WhenAny(written, Task.Delay(TimeSpan.FromSeconds(3), _stopping.Token));
                if (await _taken.ReplaceAsync(program, executable.Metadata.Uid, isTerminal && executable.Spec?.Stop != true ? status.ExitCode : null, _stopping.Token))
                {
                    return;
                }

                notifications.Publish(program, current => current!.With(new ResourcePropertySnapshot("executable.pid", status.Pid)) with
                {
                    State = new ResourceStateSnapshot(text),
                    ExitCode = isTerminal ? status.ExitCode : null,
                    StartTimeStamp = status.StartupTimestamp?.ToUniversalTime(),
                    StopTimeStamp = status.FinishTimestamp?.ToUniversalTime(),
                });
            }
        }
    }

    private async Task CopyAsync(DcpClient client, ProgramResource program, string source)
    {
        try
        {
            await foreach (var line in client.LogAsync(program.Id, source, _stopping.Token))
            {
                logs.Of(program).Append(line, source == "stderr");
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            // DCP is gone, or the process was deleted.
        }
    }

    private async Task ObserveAsync(string what, Task task)
    {
        try
        {
            await task;
        }
        catch (Exception) when (_stopping.IsCancellationRequested)
        {
            // Whatever fails now fails because everything ends.
        }
        catch (Exception exception)
        {
            Log.Lost(logger, what, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Lost sight of {What}: {Reason}")]
        public static partial void Lost(ILogger logger, string what, string reason);
    }
}
