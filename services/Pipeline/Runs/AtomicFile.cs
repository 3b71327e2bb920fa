namespace TempoCos.Pipeline.Runs;

/// <summary>Writes a file so that a reader sees all of it or none.</summary>
internal static class AtomicFile
{
    public static async Task WriteAsync(string path, string content)
    {
        var next = path + ".new";
        await File.WriteAllTextAsync(next, content);
        File.Move(next, path, overwrite: true);
    }
}
