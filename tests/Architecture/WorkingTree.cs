namespace TempoCos.Architecture.Tests;

/// <summary>The files that the tests speak of.</summary>
internal static class WorkingTree
{
    private static readonly string[] Left = ["obj", "bin", "artifacts", ".git", ".tempocos"];

    public static string Root { get; } = FindRoot();

    /// <summary>What people read: all Markdown but what builds and runs leave.</summary>
    public static IReadOnlyList<Document> Documents { get; } =
    [
        .. Directory.EnumerateFiles(Root, "*.md", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !path.Split('/').Any(Left.Contains))
            .Order(StringComparer.Ordinal)
            .Select(path => new Document(path, File.ReadAllText(Path.Combine(Root, path)))),
    ];

    private static string FindRoot()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "TempoCos.sln")))
        {
            directory = Path.GetDirectoryName(directory) ?? throw new DirectoryNotFoundException("TempoCos.sln is in no directory above the tests");
        }

        return directory;
    }
}
