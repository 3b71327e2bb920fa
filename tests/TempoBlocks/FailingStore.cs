namespace TempoCos.TempoBlocks.Tests;

/// <summary>A store whose writer's process dies at the n-th change: that one and all later ones do not happen.</summary>
internal sealed class FailingStore(IBlockStore inner, int changes) : IBlockStore
{
    private int _left = changes;

    /// <summary>The writer was killed.</summary>
    public bool IsDead => _left < 0;

    public IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken ct) => inner.ListAsync(prefix, ct);

    public Task<IReadOnlyList<string>> ListFoldersAsync(string prefix, CancellationToken ct) => inner.ListFoldersAsync(prefix, ct);

    public Task<byte[]> ReadAsync(string key, CancellationToken ct) => inner.ReadAsync(key, ct);

    public Task ReadRangeAsync(string key, long offset, Memory<byte> destination, CancellationToken ct) => inner.ReadRangeAsync(key, offset, destination, ct);

    public Task WriteAsync(string key, Stream content, CancellationToken ct) => ChangeAsync(() => inner.WriteAsync(key, content, ct));

    public Task WriteAsync(string key, ReadOnlyMemory<byte> content, CancellationToken ct) => ChangeAsync(() => inner.WriteAsync(key, content, ct));

    public Task CopyAsync(string from, string to, CancellationToken ct) => ChangeAsync(() => inner.CopyAsync(from, to, ct));

    public Task DeleteAsync(string key, CancellationToken ct) => ChangeAsync(() => inner.DeleteAsync(key, ct));

    public Task DeleteUnfinishedAsync(string prefix, DateTimeOffset before, CancellationToken ct) => ChangeAsync(() => inner.DeleteUnfinishedAsync(prefix, before, ct));

    private Task ChangeAsync(Func<Task> change) => --_left < 0 ? Task.FromException(new IOException("killed")) : change();
}
