namespace TempoCos.Deploy.Tests;

/// <summary>The clone that these tests were built in.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>What a service's project built, in the configuration of these tests.</summary>
    public static string Program(string project, string program)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(Root, project, "bin", own.Parent!.Name, own.Name, OperatingSystem.IsWindows() ? program + ".exe" : program);
    }

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && directory.GetFiles("TempoCos.sln").Length == 0)
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new DirectoryNotFoundException("TempoCos.sln is not above the tests");
    }
}
