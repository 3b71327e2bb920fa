using Microsoft.Extensions.Hosting;

namespace TempoCos.AppHost;

/// <summary>Copies what the pipeline prints to this terminal.</summary>
internal sealed class PipelineConsole(ProjectResource pipeline, ResourceLoggerService logs) : BackgroundService
{
    private long _lastLine = Environment.TickCount64;

    /// <summary>Waits until the console has been quiet for a moment: its last lines come after the news of its end.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        for (var started = Environment.TickCount64; Environment.TickCount64 - Math.Max(started, Interlocked.Read(ref _lastLine)) < 250 && Environment.TickCount64 - started < 3000;)
        {
            await Task.Delay(50, cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var batch in logs.WatchAsync(pipeline).WithCancellation(stoppingToken))
        {
            foreach (var line in batch.Where(line => line.IsErrorMessage || !ConsoleLine.IsRemark(line)))
            {
                await (line.IsErrorMessage ? Console.Error : Console.Out).WriteLineAsync(ConsoleLine.Text(line));
            }

            Interlocked.Exchange(ref _lastLine, Environment.TickCount64);
        }
    }
}
