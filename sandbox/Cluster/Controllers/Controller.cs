using System.Collections.Concurrent;
using System.Threading.Channels;
using TempoCos.Cluster.Api;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Controllers;

/// <summary>
/// Brings the world to what an object asks for, one object at a time, whenever something that matters to it has changed.
/// What fails is tried again, later and later.
/// </summary>
public abstract partial class Controller(ObjectStore store, ILogger logger) : BackgroundService
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(10);

    private readonly Channel<ObjectKey> due = Channel.CreateUnbounded<ObjectKey>();
    private readonly Dictionary<ObjectKey, int> failures = [];
    private readonly ConcurrentDictionary<ObjectKey, DateTimeOffset> appointments = new();
    private CancellationToken stopping;

    protected ObjectStore Store => store;

    protected abstract bool Watches(ObjectKey key);

    /// <summary>Whom a change concerns.</summary>
    protected abstract IEnumerable<ObjectKey> Affected(StoredObject changed, bool deleted);

    protected abstract void Reconcile(ObjectKey key);

    protected void Again(ObjectKey key) => due.Writer.TryWrite(key);

    /// <summary>Looks at the object again when the time has passed; the earliest such time counts.</summary>
    protected void After(ObjectKey key, TimeSpan wait)
    {
        var at = DateTimeOffset.UtcNow + (wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
        if (appointments.TryGetValue(key, out var before) && before <= at)
        {
            return;
        }

        appointments[key] = at;
        _ = Task.Delay(at - DateTimeOffset.UtcNow is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero, stopping).ContinueWith(_ =>
        {
            appointments.TryRemove(KeyValuePair.Create(key, at));
            Again(key);
        }, stopping, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
    }

    /// <summary>Lets something end by itself, and says so when that fails.</summary>
    protected void LetEnd(ObjectKey key, ValueTask ending) => _ = ending.AsTask().ContinueWith(
        failed => Log.NotEnded(logger, failed.Exception!, GetType().Name, key), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        stopping = stoppingToken;

        // BackgroundService starts in the caller's time; the first pass belongs to the loop.
        await Task.Yield();
        var opened = store.Watch(Watches, since: null)!.Value;
        using var changes = opened.Changes;
        var queue = new HashSet<ObjectKey>(opened.Objects.SelectMany(stored => Affected(stored, deleted: false)));
        Task<bool>? changed = null;
        Task<bool>? called = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            while (changes.Events.TryRead(out var change))
            {
                queue.UnionWith(Affected(change.Stored, change.Kind == StoreEventKind.Deleted));
            }

            while (due.Reader.TryRead(out var key))
            {
                queue.Add(key);
            }

            if (queue.Count == 0)
            {
                changed = changed is null or { IsCompleted: true } ? changes.Events.WaitToReadAsync(stoppingToken).AsTask() : changed;
                called = called is null or { IsCompleted: true } ? due.Reader.WaitToReadAsync(stoppingToken).AsTask() : called;
                await Task.WhenAny(changed, called);
                continue;
            }

            var next = queue.First();
            queue.Remove(next);
            Try(next);
        }
    }

    private void Try(ObjectKey key)
    {
        try
        {
            Reconcile(key);
            failures.Remove(key);
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            var count = failures[key] = failures.GetValueOrDefault(key) + 1;
            if (problem is not ApiException { Code: 404 or 409 or 403 })
            {
                Log.Failed(logger, problem, GetType().Name, key);
            }

            var wait = TimeSpan.FromTicks(Math.Min(LastRetry.Ticks, FirstRetry.Ticks << Math.Min(count, 10)));
            After(key, wait);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Controller} could not reconcile {Key} and tries again")]
        public static partial void Failed(ILogger logger, Exception problem, string controller, ObjectKey key);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Controller} could not end all that served {Key}")]
        public static partial void NotEnded(ILogger logger, Exception problem, string controller, ObjectKey key);
    }
}
