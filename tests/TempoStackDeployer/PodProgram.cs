namespace TempoCos.TempoStackDeployer.Tests;

/// <summary>What a test lets the containers of a TempoStack's pods run: a shell script.</summary>
internal sealed record PodProgram(string Script)
{
    /// <summary>Answers on every port as the component would, see <see cref="TestPod"/>.</summary>
    public static PodProgram Serves { get; } = new($"""
        DOTNET_STARTUP_HOOKS="{typeof(TestPod).Assembly.Location}" {TestPod.Switch}=1 exec "{Path.ChangeExtension(typeof(TestPod).Assembly.Location, null)}" "$@"
        """);

    /// <summary>Is there, but answers nobody.</summary>
    public static PodProgram Idles { get; } = new("exec sleep 600");

    public string WriteTo(string directory)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the pods' program is a shell script");
        var path = Path.Combine(directory, "pod.sh");
        File.WriteAllText(path, $"#!/bin/sh\n{Script}\n");
#pragma warning disable CA1416 // skipped above
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
#pragma warning restore CA1416
        return path;
    }
}
