using System.Runtime.InteropServices;
using TempoCos.Benchmarks.Servers;

namespace TempoCos.Benchmarks;

/// <summary>Ctrl-C and its kin: the first one lets the run clean up, the second one only ends what was started.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _requested = new();
    private readonly List<PosixSignalRegistration> _registrations;

    public Interruption() => _registrations = [.. ((PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP]).Select(signal => PosixSignalRegistration.Create(signal, Handle))];

    public CancellationToken Token => _requested.Token;

    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _requested.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        if (_requested.IsCancellationRequested)
        {
            StartedProcesses.KillAll();
            return;
        }

        context.Cancel = true;
        _requested.Cancel();
    }
}
