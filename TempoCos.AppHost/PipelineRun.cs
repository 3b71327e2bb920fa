using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Hosting;

namespace TempoCos.AppHost;

/// <summary>
/// Ends the AppHost with the run when it runs once. When the AppHost ends first, cancels the run and waits until it has cleaned up, before the services go.
/// </summary>
internal sealed class PipelineRun(
    ProjectResource pipeline,
    ResourceNotificationService notifications,
    PipelineConsole console,
    IHostApplicationLifetime application,
    RunOutcome outcome,
    AppHostOptions options) : IHostedService, IDisposable
{
    private const int Interrupted = 130;
    private static readonly TimeSpan AnswerDeadline = TimeSpan.FromSeconds(10);
    private readonly CancellationTokenSource _stopped = new();
    private readonly TaskCompletionSource<int?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? _state;

    /// <summary>How long a cancelled run may take to remove what it has made.</summary>
    public static readonly TimeSpan CleanUpDeadline = TimeSpan.FromSeconds(60);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = WatchAsync();
        if (options.Once)
        {
            _ = StopWithPipelineAsync();
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(CleanUpDeadline);
        try
        {
            if (await CancelAsync(deadline.Token))
            {
                outcome.ExitCode = options.Once ? await _ended.Task.WaitAsync(deadline.Token) ?? Interrupted : Interrupted;
            }

            await console.DrainAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"The run had not cleaned up after {CleanUpDeadline.TotalSeconds} s; 'tempocos destroy' removes what it has left.");
        }

        await _stopped.CancelAsync();
    }

    public void Dispose() => _stopped.Dispose();

    private async Task WatchAsync()
    {
        try
        {
            await foreach (var change in notifications.WatchAsync(_stopped.Token))
            {
                if (change.Resource.Name == pipeline.Name && change.Snapshot.State is { } state)
                {
                    _state = state.Text;
                    if (KnownResourceStates.TerminalStates.Contains(state.Text))
                    {
                        _ended.TrySetResult(change.Snapshot.ExitCode);
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The AppHost ends.
        }
    }

    private async Task StopWithPipelineAsync()
    {
        outcome.ExitCode = await _ended.Task ?? AppHostError.ExitCode;
        application.StopApplication();
    }

    /// <summary>Cancels what is running and waits for its end; false when nothing was running.</summary>
    private async Task<bool> CancelAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(pipeline.GetEndpoint("http").Url), Timeout = AnswerDeadline };
        if (await IsIdleAsync(client, cancellationToken))
        {
            return false;
        }

        Console.WriteLine("Interrupted: the run is being cleaned up.");
        (await client.PostAsync("/cancel", null, cancellationToken)).Dispose();
        for (var waited = Stopwatch.StartNew(); !await IsIdleAsync(client, cancellationToken); await Task.Delay(waited.Elapsed < TimeSpan.FromSeconds(2) ? 50 : 250, cancellationToken))
        {
        }

        return true;
    }

    /// <summary>A pipeline that is not there has nothing running.</summary>
    private async Task<bool> IsIdleAsync(HttpClient client, CancellationToken cancellationToken)
    {
        if (_state != KnownResourceStates.Running)
        {
            return true;
        }

        try
        {
            using var response = await client.GetAsync("/idle", cancellationToken);
            return response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.NotFound;
        }
        catch (HttpRequestException)
        {
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // DCP's proxy takes connections for a process that has just died, and nobody answers them.
            return true;
        }
    }
}
