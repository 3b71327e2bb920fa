namespace Aspire.Hosting.Dcp;

internal sealed record ExecutableStatus(string? State, int? Pid, int? ExitCode, DateTime? StartupTimestamp, DateTime? FinishTimestamp);
