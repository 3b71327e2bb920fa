namespace Aspire.Hosting.Dcp;

internal sealed record ExecutableSpec(
    string ExecutablePath, string WorkingDirectory, IReadOnlyList<string> Args, IReadOnlyList<ExecutableVariable> Env, AmbientEnvironment AmbientEnvironment, string ExecutionType = "Process");
