using System.Text;

namespace TempoCos.EndToEnd.Tests;

/// <summary>Texts by where they were found, for a search through all of them.</summary>
internal sealed class Writings
{
    private readonly List<(string Name, string Text)> _all = [];

    public IEnumerable<string> Names => _all.Select(writing => writing.Name);

    public void Add(string name, string text) => _all.Add((name, text));

    /// <summary>Every file below <paramref name="root"/> as it is now, but those whose path begins as one of <paramref name="except"/>.</summary>
    public void AddFiles(string root, string moment, IReadOnlyCollection<string> except)
    {
        foreach (var path in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(root, path).Replace('\\', '/');
            if (!except.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
            {
                Add($"file {moment}: {name}", Read(path));
            }
        }
    }

    public IReadOnlyList<string> Holding(string text) =>
        [.. _all.Where(writing => writing.Text.Contains(text, StringComparison.Ordinal)).Select(writing => writing.Name)];

    // Processes write and delete while this reads; byte for byte, so that binary files are searched as well.
    private static string Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(file, Encoding.Latin1);
            return reader.ReadToEnd();
        }
        catch (IOException)
        {
            return "";
        }
    }
}
