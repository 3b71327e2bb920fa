using System.Collections.Concurrent;
using System.Threading.Channels;
using Grpc.Core;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.Wire;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Ingester;

/// <summary>The ingester's clockwork: replays logs at start, cuts traces and blocks periodically, builds and uploads blocks in the background.</summary>
public sealed partial class IngesterCore(
    TempoSettings settings, TenantLimits limits, IBlockStore backend, TempoMetrics metrics, TimeProvider time, ILogger<IngesterCore> logger) : IAsyncDisposable
{
    private const int AttemptsInARow = 3;
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(30);
    private readonly string _walDirectory = Path.Combine(settings.Storage.WalPath, "tempocos");
    private readonly ConcurrentDictionary<string, TenantIngester> _tenants = new();
    private readonly Channel<FlushOperation> _operations = Channel.CreateUnbounded<FlushOperation>();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _loops = [];

    // Building takes memory and both cores: one block at a time. Uploads mostly wait.
    private readonly SemaphoreSlim _building = new(1);
    private readonly WalHealth _wal = new(logger);
    private int _pending;
    private FileStream? _owner;

    public LocalBlocks Blocks { get; } = new(settings.Storage.WalPath);

    /// <summary>False from the moment at which nothing is taken any more.</summary>
    public bool Accepts { get; private set; }

    public IEnumerable<TenantIngester> Tenants => _tenants.Values;

    public TenantIngester Tenant(string tenant) =>
        _tenants.GetOrAdd(tenant, name => new(name, _walDirectory, settings.Storage.IngestionSlack, limits, metrics, time, logger));

    public TenantIngester? TryTenant(string tenant) => _tenants.GetValueOrDefault(tenant);

    public void Start()
    {
        _owner = WalDirectory.Own(settings.Storage.WalPath);
        Replay();
        Accepts = true;
        _loops.Add(CutPeriodicallyAsync(_stop.Token));
        for (var i = 0; i < settings.Ingester.ConcurrentFlushes; i++)
        {
            _loops.Add(WorkAsync(_stop.Token));
        }
    }

    /// <summary>Takes a batch: when this returns, it survives the process.</summary>
    /// <exception cref="RpcException">Nothing of it was taken; the sender may try again.</exception>
    public IReadOnlyList<Refusal> Push(TraceBatch batch)
    {
        if (!Accepts)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "Ingester is shutting down"));
        }

        try
        {
            var refusals = Tenant(batch.Tenant).Push(batch);
            _wal.Worked();
            return refusals;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _wal.Failed(_walDirectory, exception);
            throw new RpcException(new Status(StatusCode.Unavailable, $"the write-ahead log cannot be written: {exception.Message}"));
        }
    }

    /// <summary>Cuts everything and queues it; the upload goes on in the background.</summary>
    public void Flush(IEnumerable<TenantIngester> tenants)
    {
        foreach (var tenant in tenants)
        {
            Log.Flushing(logger, tenant.Tenant);
            tenant.CutTraces(settings.Ingester, all: true);
            if (tenant.CutBlock(settings.Ingester, force: true) is { } traces)
            {
                Enqueue(new(tenant, traces, null));
            }
        }
    }

    /// <summary>Takes nothing more, flushes all and waits for it.</summary>
    public async Task ShutdownAsync(CancellationToken cancellationToken)
    {
        Accepts = false;
        Flush(_tenants.Values);
        while (Volatile.Read(ref _pending) > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Accepts = false;
        if (settings.Ingester.FlushAllOnShutdown && _loops.Count > 0)
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            await ShutdownAsync(deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await _stop.CancelAsync();
        await Task.WhenAll(_loops);
        _owner?.Dispose();
        _stop.Dispose();
        _building.Dispose();
    }

    private void Replay()
    {
        foreach (var block in Blocks.Rediscover())
        {
            var tenant = Tenant(block.Meta.TenantId);
            tenant.Adopt(block);
            if (block.Flushed is null)
            {
                Enqueue(new(tenant, null, block));
            }
        }

        if (!Directory.Exists(_walDirectory))
        {
            return;
        }

        foreach (var folder in Directory.EnumerateDirectories(_walDirectory))
        {
            foreach (var path in Directory.EnumerateFiles(folder, "*.wal").ToList())
            {
                Replay(path, Path.GetFileName(folder));
            }
        }
    }

    private void Replay(string path, string name)
    {
        // A log whose block is complete has done its work.
        if (Blocks.Has(name, Path.GetFileNameWithoutExtension(path)))
        {
            File.Delete(path);
            return;
        }

        if (WalLog.Open(path, name, logger) is not { } found)
        {
            return;
        }

        var damaged = found.Damages.Any(damage => !damage.AtEnd);
        if (found.Records.Count == 0)
        {
            found.Log.Dispose();
            if (found.Damages.Sum(damage => damage.Length) > WalLog.RecordHead)
            {
                found.Log.PutAside();
            }
            else
            {
                found.Log.Delete();
            }

            return;
        }

        var traces = new CutTraces(found.Log, damaged);
        traces.Add(found.Records);
        var tenant = Tenant(found.Log.Tenant);
        tenant.Adopt(traces);
        Enqueue(new(tenant, traces, null));
        Log.Replayed(logger, path, found.Records.Count, traces.Count);
    }

    private async Task CutPeriodicallyAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(settings.Ingester.FlushCheckPeriod, time);
        while (await TickAsync(timer, cancellationToken))
        {
            foreach (var tenant in _tenants.Values)
            {
                try
                {
                    tenant.CutTraces(settings.Ingester, all: false);
                    if (tenant.CutBlock(settings.Ingester, force: false) is { } traces)
                    {
                        Enqueue(new(tenant, traces, null));
                    }

                    foreach (var block in tenant.Forget(settings.Ingester.CompleteBlockTimeout))
                    {
                        Blocks.Delete(block.Meta);
                        metrics.BlocksCleared.Increment();
                    }
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    Log.CutFailed(logger, tenant.Tenant, exception.Message);
                }
            }
        }
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var operation in _operations.Reader.ReadAllAsync(cancellationToken))
            {
                await RunAsync(operation, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The logs and blocks on disk are picked up at the next start.
        }
    }

    private async Task RunAsync(FlushOperation operation, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                operation = operation.Block is null
                    ? operation with { Block = await CompleteAsync(operation.Tenant, operation.Traces!, cancellationToken) }
                    : operation;
                await UploadAsync(operation.Block!, cancellationToken);
                metrics.FlushSeconds.Observe(time.GetElapsedTime(started).TotalSeconds);
                metrics.FlushQueueLength.Set(Interlocked.Decrement(ref _pending));
                return;
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                metrics.FailedFlushes.Increment();
                Log.FlushFailed(logger, operation.Tenant.Tenant, operation.Attempt + attempt, exception.Message);
                if (attempt == AttemptsInARow)
                {
                    // Others get their turn before it is tried again.
                    metrics.FlushFailedRetries.Increment();
                    _ = RetryLaterAsync(operation with { Attempt = operation.Attempt + attempt }, cancellationToken);
                    return;
                }

                metrics.FlushRetries.Increment();
                await Task.Delay(FirstBackoff * (1 << (attempt - 1)), time, cancellationToken);
            }
        }
    }

    private async Task<CompletedBlock> CompleteAsync(TenantIngester tenant, CutTraces traces, CancellationToken cancellationToken)
    {
        await _building.WaitAsync(cancellationToken);
        try
        {
            var writer = new BlockWriter(Blocks.Store, new BlockWriterOptions { TemporaryDirectory = settings.Storage.WalPath });
            var draft = new BlockDraft { BlockId = traces.Log.Block, StartTime = traces.Start, EndTime = traces.End, ExpectedTraces = traces.Count };
            var block = new CompletedBlock(await writer.WriteAsync(tenant.Tenant, traces.ReadSortedAsync(cancellationToken), draft, cancellationToken));
            tenant.Complete(traces, block);
            Dispose(traces);
            metrics.FlushSize.Observe(block.Meta.Size);
            Log.Completed(logger, block.Meta.Name, block.Meta.TotalObjects, block.Meta.Size);
            return block;
        }
        finally
        {
            _building.Release();
        }
    }

    private static void Dispose(CutTraces traces)
    {
        if (traces.Damaged)
        {
            traces.Log.PutAside();
        }
        else
        {
            traces.Log.Delete();
        }
    }

    private async Task UploadAsync(CompletedBlock block, CancellationToken cancellationToken)
    {
        await BlockUpload.RunAsync(Blocks.Directory, backend, block.Meta, cancellationToken);
        Blocks.MarkFlushed(block, time.GetUtcNow());
        metrics.BlocksFlushed.Increment();
        Log.Flushed(logger, block.Meta.Name);
    }

    private async Task RetryLaterAsync(FlushOperation operation, CancellationToken cancellationToken)
    {
        var backoff = FirstBackoff * (1 << Math.Min(operation.Attempt, 10));
        await Task.Delay(backoff < LongestBackoff ? backoff : LongestBackoff, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _operations.Writer.TryWrite(operation);
    }

    private void Enqueue(FlushOperation operation)
    {
        metrics.FlushQueueLength.Set(Interlocked.Increment(ref _pending));
        _operations.Writer.TryWrite(operation);
    }

    private static async Task<bool> TickAsync(PeriodicTimer timer, CancellationToken cancellationToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "replayed {Path}: {Records} records, {Traces} traces")]
        public static partial void Replayed(ILogger logger, string path, int records, int traces);

        [LoggerMessage(Level = LogLevel.Information, Message = "completed block {Block}: {Traces} traces, {Bytes} bytes")]
        public static partial void Completed(ILogger logger, string block, long traces, long bytes);

        [LoggerMessage(Level = LogLevel.Information, Message = "flushing instance {Tenant}")]
        public static partial void Flushing(ILogger logger, string tenant);

        [LoggerMessage(Level = LogLevel.Information, Message = "flushed block {Block}")]
        public static partial void Flushed(ILogger logger, string block);

        [LoggerMessage(Level = LogLevel.Error, Message = "flush for tenant {Tenant} failed, attempt {Attempt}: {Reason}")]
        public static partial void FlushFailed(ILogger logger, string tenant, int attempt, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "cutting for tenant {Tenant} failed: {Reason}")]
        public static partial void CutFailed(ILogger logger, string tenant, string reason);
    }
}
