using System.Runtime.CompilerServices;

namespace TempoCos.TempoBlocks;

/// <summary>Objects as files below a directory, which is created at the first write (folders with mode 700).</summary>
public sealed class LocalBlockStore(string directory) : IBlockStore
{
    private const string TemporarySuffix = ".partial";
    private readonly string _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken ct)
    {
        await Task.CompletedTask;
        var folder = PathOf(prefix.LastIndexOf('/') is >= 0 and var slash ? prefix[..slash] : "");
        if (!Directory.Exists(folder))
        {
            yield break;
        }

        var files = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(f => !f.Name.EndsWith(TemporarySuffix, StringComparison.Ordinal))
            .Select(f => (Key: KeyOf(f.FullName), File: f))
            .Where(f => f.Key.StartsWith(prefix, StringComparison.Ordinal))
            .OrderBy(f => f.Key, StringComparer.Ordinal)
            .ToList();
        foreach (var (key, file) in files)
        {
            ct.ThrowIfCancellationRequested();
            if (Stat(key, file) is { } found)
            {
                yield return found;
            }
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListFoldersAsync(string prefix, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var folder = PathOf(prefix.TrimEnd('/'));
        IReadOnlyList<string> folders = Directory.Exists(folder)
            ? [.. Directory.EnumerateDirectories(folder).Select(KeyOf).Order(StringComparer.Ordinal)]
            : [];
        return Task.FromResult(folders);
    }

    /// <inheritdoc/>
    public async Task<byte[]> ReadAsync(string key, CancellationToken ct)
    {
        try
        {
            return await File.ReadAllBytesAsync(PathOf(key), ct);
        }
        catch (Exception e) when (IsMissing(e))
        {
            throw new ObjectNotFoundException(key, e);
        }
    }

    /// <inheritdoc/>
    public Task ReadRangeAsync(string key, long offset, Memory<byte> destination, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        try
        {
            // A local read is shorter than the thread switch that an asynchronous one costs.
            using var file = File.OpenHandle(PathOf(key));
            var filled = 0;
            while (filled < destination.Length)
            {
                var read = RandomAccess.Read(file, destination.Span[filled..], offset + filled);
                if (read == 0)
                {
                    throw new EndOfStreamException(
                        $"'{key}' ends at byte {offset + filled}; bytes {offset}..{offset + destination.Length - 1} were asked for.");
                }

                filled += read;
            }

            return Task.CompletedTask;
        }
        catch (Exception e) when (IsMissing(e))
        {
            return Task.FromException(new ObjectNotFoundException(key, e));
        }
        catch (IOException e)
        {
            return Task.FromException(e);
        }
    }

    /// <inheritdoc/>
    public async Task WriteAsync(string key, Stream content, CancellationToken ct)
    {
        var path = PathOf(key);
        CreateFolder(Path.GetDirectoryName(path)!);
        var partial = $"{path}.{Guid.NewGuid():n}{TemporarySuffix}";
        try
        {
            await using (var file = new FileStream(partial, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, true))
            {
                await content.CopyToAsync(file, ct);
                file.Flush(flushToDisk: true);
            }

            File.Move(partial, path, overwrite: true);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task WriteAsync(string key, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        using var stream = new MemoryStream(content.ToArray(), writable: false);
        await WriteAsync(key, stream, ct);
    }

    /// <inheritdoc/>
    public async Task CopyAsync(string from, string to, CancellationToken ct) => await WriteAsync(to, await ReadAsync(from, ct), ct);

    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        try
        {
            File.Delete(PathOf(key));
            RemoveEmptyFolders(Path.GetDirectoryName(PathOf(key)));
        }
        catch (DirectoryNotFoundException)
        {
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task DeleteUnfinishedAsync(string prefix, DateTimeOffset before, CancellationToken ct)
    {
        var folder = PathOf(prefix.TrimEnd('/'));
        if (!Directory.Exists(folder))
        {
            return Task.CompletedTask;
        }

        foreach (var partial in new DirectoryInfo(folder).EnumerateFiles("*" + TemporarySuffix, SearchOption.AllDirectories).Where(f => f.LastWriteTimeUtc < before).ToList())
        {
            ct.ThrowIfCancellationRequested();
            partial.Delete();
            RemoveEmptyFolders(partial.DirectoryName);
        }

        return Task.CompletedTask;
    }

    private static bool IsMissing(Exception e) => e is FileNotFoundException or DirectoryNotFoundException;

    private static StoredObject? Stat(string key, FileInfo file)
    {
        try
        {
            return new StoredObject(key, file.Length, file.LastWriteTimeUtc);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    // Buckets have no empty folders: a deleted block must vanish from ListFoldersAsync here too.
    private void RemoveEmptyFolders(string? folder)
    {
        while (folder is not null && folder.Length > _root.Length && Directory.Exists(folder)
            && !Directory.EnumerateFileSystemEntries(folder).Any())
        {
            try
            {
                Directory.Delete(folder);
            }
            catch (IOException)
            {
                return;
            }

            folder = Path.GetDirectoryName(folder);
        }
    }

    private string KeyOf(string path) => Path.GetRelativePath(_root, path).Replace(Path.DirectorySeparatorChar, '/');

    private string PathOf(string key)
    {
        var path = Path.GetFullPath(Path.Combine(_root, key));
        return path == _root || path.StartsWith(Path.EndsInDirectorySeparator(_root) ? _root : _root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? path
            : throw new ArgumentException($"The key '{key}' leaves the store's directory.", nameof(key));
    }
}
