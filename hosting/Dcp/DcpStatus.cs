namespace Aspire.Hosting.Dcp;

/// <summary>Of a Service its address, of an Executable all the rest.</summary>
internal sealed record DcpStatus(
    string? EffectiveAddress, int? EffectivePort, string? State, int? Pid, int? ExitCode, DateTime? StartupTimestamp, DateTime? FinishTimestamp);
