namespace TempoCos.TempoBlocks;

/// <summary>
/// Objects under a directory or under a bucket's prefix. Keys use '/' and never start with one.
/// </summary>
public interface IBlockStore
{
    /// <summary>Every object whose key starts with <paramref name="prefix"/>, recursively, in ordinal order of keys.</summary>
    IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken ct);

    /// <summary>
    /// The common prefixes one level below <paramref name="prefix"/> ("" or ending in '/'), as full keys without
    /// the trailing '/', in ordinal order.
    /// </summary>
    Task<IReadOnlyList<string>> ListFoldersAsync(string prefix, CancellationToken ct);

    /// <summary>The whole object.</summary>
    /// <exception cref="ObjectNotFoundException">No such object.</exception>
    Task<byte[]> ReadAsync(string key, CancellationToken ct);

    /// <summary>Fills <paramref name="destination"/> with the bytes from <paramref name="offset"/> on.</summary>
    /// <exception cref="ObjectNotFoundException">No such object.</exception>
    /// <exception cref="EndOfStreamException">The object ends before the destination is full.</exception>
    Task ReadRangeAsync(string key, long offset, Memory<byte> destination, CancellationToken ct);

    /// <summary>Writes or replaces an object from the stream's present position to its end; readers see all of it or nothing.</summary>
    Task WriteAsync(string key, Stream content, CancellationToken ct);

    /// <summary>Writes or replaces an object; readers see all of it or nothing.</summary>
    Task WriteAsync(string key, ReadOnlyMemory<byte> content, CancellationToken ct);

    /// <summary>Copies an object within the store.</summary>
    /// <exception cref="ObjectNotFoundException">No such object.</exception>
    Task CopyAsync(string from, string to, CancellationToken ct);

    /// <summary>Deletes an object; deleting what is not there succeeds.</summary>
    Task DeleteAsync(string key, CancellationToken ct);

    /// <summary>
    /// Removes what writes below <paramref name="prefix"/> left that never ended, because their process was killed, and that nobody has touched
    /// since <paramref name="before"/>: partial files, incomplete multipart uploads. They are no objects, but they are stored (and billed).
    /// </summary>
    Task DeleteUnfinishedAsync(string prefix, DateTimeOffset before, CancellationToken ct);
}
