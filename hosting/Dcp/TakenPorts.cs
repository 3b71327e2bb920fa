namespace Aspire.Hosting.Dcp;

/// <summary>
/// DCP chooses the port on which a process is to listen before the process starts: on a busy machine somebody else may have it by then. Such a process is started
/// again, with another port, a few times.
/// </summary>
internal sealed class TakenPorts(ResourceLoggerService logs, ResourceLauncher launcher)
{
    private const int MostAgain = 3;

    /// <summary>What Kestrel says, and what the programs of TempoCos do.</summary>
    private static readonly string[] Marks = ["address already in use", "TC921: "];

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (int Again, int Read)> _told = [];
    private readonly HashSet<string> _replaced = [];

    /// <summary>Starts another process in the place of one that has ended and said so, in what was written since the last time.</summary>
    /// <param name="program">What it is of.</param>
    /// <param name="uid">DCP's name for the process.</param>
    /// <param name="exitCode">With which it has ended by itself; null when it has not, or was stopped.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <returns>Whether another has, or is about to; then nobody needs to hear of this one.</returns>
    public async Task<bool> ReplaceAsync(ProgramResource program, string uid, int? exitCode, CancellationToken cancellationToken)
    {
        var log = logs.Of(program);
        lock (_lock)
        {
            if (_replaced.Contains(uid))
            {
                return true;
            }

            var (again, read) = _told.GetValueOrDefault(program.Id);
            if (exitCode is null or 0 || again == MostAgain || program.Endpoints.Count == 0 || !log.After(read).Any(IsMarked))
            {
                return false;
            }

            log.Note($"Somebody else has its port: starting it again with another ({again + 1} of {MostAgain}).");
            _told[program.Id] = (again + 1, log.Last);
            _replaced.Add(uid);
        }

        try
        {
            await launcher.Client!.DeleteExecutableAsync(program.Id, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            log.Note($"It is not started again: {exception.Message}", isError: true);
            return false;
        }

        await launcher.LaunchAsync(program, cancellationToken);
        return true;
    }

    private static bool IsMarked(LogLine line) => Marks.Any(mark => line.Content.Contains(mark, StringComparison.OrdinalIgnoreCase));
}
