using TempoCos.TempoStackDeployer.Tests;

/// <summary>Called by the runtime before Main where DOTNET_STARTUP_HOOKS names this assembly: turns the test program into a <see cref="TestPod"/>.</summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(TestPod.Switch) is not null)
        {
            TestPod.RunAsync().GetAwaiter().GetResult();
            Environment.Exit(0);
        }
    }
}
