namespace TempoCos.Benchmarks;

/// <summary>The working copy that this program was built in.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "TempoCos.sln")))
            {
                return directory.FullName;
            }
        }

        throw new EnvironmentException("TempoCos.sln is in no directory above this program", "Run the benchmarks from a working copy.");
    }
}
