using TempoCos.Contracts;

namespace TempoCos.Doctor;

/// <summary>Stands around every check: shows that it runs, runs it, shows how it ended. Called concurrently.</summary>
public delegate Task<CheckResult> CheckObserver(CheckDescription check, Func<Task<CheckResult>> run);
