namespace TempoCos.Hosting.Tests;

/// <summary>A program that does what its arguments say.</summary>
public sealed class Shell : IProjectMetadata
{
    public string ProjectPath => Path.Combine(AppContext.BaseDirectory, "shell.csproj");

    public string ExecutablePath => "/bin/sh";
}
