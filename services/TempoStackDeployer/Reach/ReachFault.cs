using TempoCos.Contracts;

namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>Why an endpoint could not be reached the last time that it was tried.</summary>
/// <param name="Code">Of docs/diagnostics.md.</param>
/// <param name="Value">What it is about.</param>
/// <param name="Reason">What is wrong, as a sentence without its full stop.</param>
/// <param name="Fix">What to do about it.</param>
/// <param name="IsFinal">Trying again cannot help.</param>
internal sealed record ReachFault(string Code, string Value, string Reason, string Fix, bool IsFinal)
{
    public DiagnosticException ToException() => new(Code, Value, Reason, Fix);
}
