using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace TempoCos.AppHost;

/// <summary>Ends with the process that started this one, which handles Ctrl-C for both.</summary>
internal sealed class OwnerLifetime(int owner, IHostApplicationLifetime application) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _signals = [];

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true));
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            application.StopApplication();
        }));
        _ = StopWithOwnerAsync();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _signals.ForEach(signal => signal.Dispose());

    private async Task StopWithOwnerAsync()
    {
        try
        {
            using var process = Process.GetProcessById(owner);
            await process.WaitForExitAsync(application.ApplicationStopping);
        }
        catch (ArgumentException)
        {
            // Gone already.
        }
        catch (OperationCanceledException)
        {
            return;
        }

        application.StopApplication();
    }
}
