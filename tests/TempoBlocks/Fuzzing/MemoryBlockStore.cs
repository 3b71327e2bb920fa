using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace TempoCos.TempoBlocks.Tests.Fuzzing;

/// <summary>Objects in memory: thousands of damaged blocks a minute without a disk.</summary>
internal sealed class MemoryBlockStore(IEnumerable<KeyValuePair<string, byte[]>> objects) : IBlockStore
{
    private readonly ConcurrentDictionary<string, byte[]> _objects = new(objects, StringComparer.Ordinal);

    public IReadOnlyDictionary<string, byte[]> Objects => _objects;

    public byte[] this[string key]
    {
        get => _objects[key];
        set => _objects[key] = value;
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken ct)
    {
        await Task.CompletedTask;
        foreach (var (key, content) in _objects.Where(o => o.Key.StartsWith(prefix, StringComparison.Ordinal)).OrderBy(o => o.Key, StringComparer.Ordinal))
        {
            yield return new StoredObject(key, content.Length, DateTimeOffset.UnixEpoch);
        }
    }

    public Task<IReadOnlyList<string>> ListFoldersAsync(string prefix, CancellationToken ct) => Task.FromResult<IReadOnlyList<string>>(
    [
        .. _objects.Keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal) && k.IndexOf('/', prefix.Length) > 0)
            .Select(k => k[..k.IndexOf('/', prefix.Length)]).Distinct().Order(StringComparer.Ordinal),
    ]);

    public Task<byte[]> ReadAsync(string key, CancellationToken ct) => _objects.TryGetValue(key, out var content)
        ? Task.FromResult(content.ToArray())
        : Task.FromException<byte[]>(new ObjectNotFoundException(key));

    public Task ReadRangeAsync(string key, long offset, Memory<byte> destination, CancellationToken ct)
    {
        if (!_objects.TryGetValue(key, out var content))
        {
            return Task.FromException(new ObjectNotFoundException(key));
        }

        if (offset < 0 || offset > content.Length - destination.Length)
        {
            return Task.FromException(new EndOfStreamException($"'{key}' ends at byte {content.Length}"));
        }

        content.AsSpan((int)offset, destination.Length).CopyTo(destination.Span);
        return Task.CompletedTask;
    }

    public async Task WriteAsync(string key, Stream content, CancellationToken ct)
    {
        using var buffer = new MemoryStream();
        await content.CopyToAsync(buffer, ct);
        _objects[key] = buffer.ToArray();
    }

    public Task WriteAsync(string key, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        _objects[key] = content.ToArray();
        return Task.CompletedTask;
    }

    public Task CopyAsync(string from, string to, CancellationToken ct)
    {
        if (!_objects.TryGetValue(from, out var content))
        {
            return Task.FromException(new ObjectNotFoundException(from));
        }

        _objects[to] = content;
        return Task.CompletedTask;
    }

    public Task DeleteAsync(string key, CancellationToken ct)
    {
        _objects.TryRemove(key, out _);
        return Task.CompletedTask;
    }

    public Task DeleteUnfinishedAsync(string prefix, DateTimeOffset before, CancellationToken ct) => Task.CompletedTask;
}
