using TempoCos.TempoBlocks.Checking;
using TempoCos.TempoBlocks.Scanning;

namespace TempoCos.TempoBlocks.Tests.Fuzzing;

/// <summary>
/// Reads a store in every way there is. Each way ends in time, within a bound of memory, with a result, with a
/// <see cref="BlockFormatException"/> or an <see cref="ObjectNotFoundException"/> that names the block; with nothing else.
/// </summary>
internal sealed class BlockProbe(MemoryBlockStore store, FuzzBlock damaged)
{
    private const long MaxAllocation = 512L << 20;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static readonly ScanRequest[] Requests =
    [
        new() { EverySpan = true, WithNestedSet = true, Conditions = [new(new(ScanScope.Intrinsic, "span:name")), new(new(ScanScope.SpanOrResource, "http.status_code")), new(new(ScanScope.Event, "message")), new(new(ScanScope.Link, "link.kind"))] },
        new() { AllMustMatch = true, Conditions = [new(new(ScanScope.Resource, "service.name"), new ScanPredicate(ScanOperator.Equal, ScanValue.From("frontend"))), new(new(ScanScope.Intrinsic, "span:duration"), new ScanPredicate(ScanOperator.Greater, ScanValue.From(10_000_000L)))] },
        new() { Conditions = [new(new(ScanScope.Span, "user.id"), new ScanPredicate(ScanOperator.Less, ScanValue.From(50L))), new(new(ScanScope.Instrumentation, "scope.lang"), ScanPredicate.Exists)] },
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>The largest allocation of one way so far.</summary>
    public static long Most { get; private set; }

    public async Task RunAsync(Random random)
    {
        var tenant = damaged.Meta.TenantId;
        var catalog = new BlockCatalog(store);
        await TryAsync("list the catalog", async () => await catalog.ListAsync(tenant, Ct));
        await TryAsync("read the description", async () => await catalog.ReadMetaAsync(tenant, damaged.Meta.BlockId, Ct));
        await TryAsync("read the tenant's index", async () => await catalog.ReadTenantIndexAsync(tenant, Ct));
        TenantInventory? inventory = null;
        await MustAsync("take stock", async () => inventory = await TenantInventory.ReadAsync(store, tenant, Ct));
        await MustAsync("check the tenant's index", async () => await TenantCheck.RunAsync(store, inventory!, Ct));
        if (inventory!.Blocks.FirstOrDefault(b => b.Id == damaged.Meta.BlockId)?.Meta is not { } meta)
        {
            return;
        }

        await MustAsync("check", () => BlockCheck.RunAsync(store, meta, Ct));
        await MustAsync("check quickly", () => BlockCheck.RunAsync(store, meta, BlockCheckDepth.Quick, Ct));
        await TryAsync("analyse", () => BlockAnalysis.RunAsync(store, meta, Ct));
        BlockReader? reader = null;
        await TryAsync("open", async () => reader = await BlockReader.OpenAsync(store, meta, Ct));
        if (reader is null)
        {
            return;
        }

        await TryAsync("stream", async () => await reader.ReadAllAsync(Ct).CountAsync(Ct));
        await TryAsync("stream summaries", async () => await reader.ReadTraceSummariesAsync(Ct).CountAsync(Ct));
        await TryAsync("count attributes", () => AttributeAnalysis.RunAsync(reader, null, Ct));
        await TryAsync("find a trace", () => reader.FindAsync(damaged.Ids[random.Next(damaged.Ids.Count)], Ct));
        await TryAsync("find no trace", () => reader.FindAsync(new TraceId16((ulong)random.NextInt64(), 1), Ct));
        foreach (var request in Requests)
        {
            await TryAsync("scan", async () => await reader.ScanAsync(request, new ScanCost(), Ct).CountAsync(Ct));
        }

        await TryAsync("read tag names", () => reader.ReadTagNamesAsync(new ScanCost(), Ct));
        await TryAsync("read tag values", () => reader.ReadTagValuesAsync(new ScanTarget(ScanScope.SpanOrResource, "http.url"), _ => true, new ScanCost(), Ct));
    }

    /// <summary>The block beside the damaged one still gives what it holds.</summary>
    public async Task ReadNeighbourAsync(FuzzBlock neighbour, Random random)
    {
        await using var reader = await BlockReader.OpenAsync(store, neighbour.Meta, Ct);
        var id = neighbour.Ids[random.Next(neighbour.Ids.Count)];
        (await reader.FindAsync(id, Ct)).ShouldNotBeNull($"trace {id} of the block beside the damaged one");
        var listing = await new BlockCatalog(store).ListAsync(neighbour.Meta.TenantId, Ct);
        listing.Live.ShouldContain(m => m.BlockId == neighbour.Meta.BlockId);
    }

    private Task TryAsync(string what, Func<Task> read) => MustAsync(what, async () =>
    {
        try
        {
            await read();
        }
        catch (BlockFormatException e) when (e.Block.Contains(damaged.Meta.TenantId, StringComparison.Ordinal) && e.Reason.Length > 0)
        {
            // It says which block and why.
        }
        catch (ObjectNotFoundException e) when (e.Key.Contains($"{damaged.Meta.BlockId:d}", StringComparison.Ordinal))
        {
            // It says which object.
        }
    });

    private static async Task MustAsync(string what, Func<Task> read)
    {
        var before = GC.GetTotalAllocatedBytes();
        try
        {
            await Task.Run(read, Ct).WaitAsync(Deadline, Ct);
        }
        catch (Exception e) when (e is not TimeoutException)
        {
            throw new InvalidOperationException($"to {what} ended with {e.GetType().Name}: {e}", e);
        }
        catch (TimeoutException e)
        {
            throw new InvalidOperationException($"to {what} took more than {Deadline.TotalSeconds} s", e);
        }

        var allocated = GC.GetTotalAllocatedBytes() - before;
        Most = Math.Max(Most, allocated);
        allocated.ShouldBeLessThan(MaxAllocation, $"bytes allocated to {what}");
    }
}
