using Microsoft.Extensions.Options;
using TempoCos.Contracts;

namespace TempoCos.TempoStackDeployer.Ledgers;

/// <summary>The runs' ledgers of this service: <c>&lt;home&gt;/runs/&lt;run-id&gt;/ledger-tempostack-deployer.ndjson</c>.</summary>
internal sealed class LedgerDirectory(IOptions<DeployerOptions> options, TimeProvider time)
{
    private const string FileName = "ledger-tempostack-deployer.ndjson";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _runs = Path.Combine(Path.GetFullPath(options.Value.Home), "runs");

    /// <summary>The ledger of a run, whose directory is made if need be.</summary>
    /// <exception cref="DiagnosticException">The directory cannot be made.</exception>
    public RunLedger Open(string runId)
    {
        var directory = Path.Combine(_runs, runId);
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(directory);
            }
            else
            {
                Directory.CreateDirectory(directory, OwnerOnly);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(directory, exception);
        }

        return Ledger(runId);
    }

    /// <summary>The ledger of a run; empty when the run has none.</summary>
    public RunLedger Ledger(string runId) => new(runId, Path.Combine(_runs, runId, FileName), time);

    /// <summary>The ledgers that exist.</summary>
    public IEnumerable<RunLedger> List() =>
        Directory.Exists(_runs)
            ? from directory in Directory.EnumerateDirectories(_runs).Order(StringComparer.Ordinal)
              where File.Exists(Path.Combine(directory, FileName))
              select Ledger(Path.GetFileName(directory))
            : [];

    public static DiagnosticException NotWritable(string path, Exception exception) => new(
        Codes.StateDirectory, path, $"The ledger cannot be written: {exception.Message.TrimEnd('.')}",
        "Make the directory writable, or name another one by TempoCos__Home. Nothing was created.", exception);
}
