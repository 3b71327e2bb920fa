namespace TempoCos.TempoBlocks.Tests;

/// <summary>A directory behaves as a bucket does.</summary>
public sealed class LocalBlockStoreTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Objects_are_listed_in_ordinal_order_below_a_prefix()
    {
        using var temporary = new TemporaryStore();
        var store = temporary.Store;
        foreach (var key in new[] { "t/b/2", "t/a/1", "t/a-b/3", "u/x", "t/B/9" })
        {
            await store.WriteAsync(key, new byte[] { 1, 2, 3 }, Ct);
        }

        (await store.ListAsync("t/", Ct).Select(o => o.Key).ToListAsync(Ct)).ShouldBe(["t/B/9", "t/a-b/3", "t/a/1", "t/b/2"]);
        (await store.ListAsync("t/a", Ct).Select(o => o.Key).ToListAsync(Ct)).ShouldBe(["t/a-b/3", "t/a/1"]);
        (await store.ListAsync("nothing/", Ct).ToListAsync(Ct)).ShouldBeEmpty();
        (await store.ListFoldersAsync("", Ct)).ShouldBe(["t", "u"]);
        (await store.ListFoldersAsync("t/", Ct)).ShouldBe(["t/B", "t/a", "t/a-b", "t/b"]);
    }

    [Fact]
    public async Task Ranges_are_filled_or_refused()
    {
        using var temporary = new TemporaryStore();
        await temporary.Store.WriteAsync("k", new byte[] { 1, 2, 3, 4, 5 }, Ct);
        var range = new byte[3];
        await temporary.Store.ReadRangeAsync("k", 1, range, Ct);
        range.ShouldBe([2, 3, 4]);
        await Should.ThrowAsync<EndOfStreamException>(() => temporary.Store.ReadRangeAsync("k", 3, range, Ct));
        (await Should.ThrowAsync<ObjectNotFoundException>(() => temporary.Store.ReadRangeAsync("none/k", 0, range, Ct))).Key.ShouldBe("none/k");
        await Should.ThrowAsync<ObjectNotFoundException>(() => temporary.Store.ReadAsync("none", Ct));
        await Should.ThrowAsync<ObjectNotFoundException>(() => temporary.Store.CopyAsync("none", "other", Ct));
    }

    [Fact]
    public async Task Keys_cannot_leave_the_directory_and_deleting_nothing_is_fine()
    {
        using var temporary = new TemporaryStore();
        await temporary.Store.DeleteAsync("a/b/c", Ct);
        await Should.ThrowAsync<ArgumentException>(() => temporary.Store.WriteAsync("../outside", new byte[1], Ct));
        await Should.ThrowAsync<ArgumentException>(() => temporary.Store.ReadAsync("/etc/hostname", Ct));
    }
}
