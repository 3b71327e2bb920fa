using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Selection;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Api.Tables;

namespace TempoCos.Cluster.Api.Http;

/// <summary>watch: a line of JSON a change, bookmarks in between when asked for.</summary>
public sealed class WatchEndpoint(ObjectStore store, TableWriter tables, TimeProvider time)
{
    // Long enough to cost nothing, short enough that a client which starts anew finds its version remembered.
    private static readonly TimeSpan BookmarkEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(45);

    public async Task WatchAsync(HttpContext context, ResourceType type, ApiPath path, CancellationToken cancellation)
    {
        var query = context.Request.Query;
        var selector = ObjectSelector.Of(query);
        var since = ListOptions.Version(query["resourceVersion"].ToString()) is > 0 and var version ? version : (long?)null;
        var match = query["resourceVersionMatch"].ToString();
        if (match.Length > 0 != query["sendInitialEvents"].Count > 0 || match is not ("" or "NotOlderThan"))
        {
            throw ListOptions.Invalid(FieldError.Forbidden("resourceVersionMatch", match.Length > 0 && query["sendInitialEvents"].Count == 0
                ? "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"
                : "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
        }

        var initialEvents = query["sendInitialEvents"] == "true";
        var stream = new WatchStream(context, tables, type);
        if (store.Watch(key => key.Resource == EventView.Stored(type).Resource && (path.Namespace.Length == 0 || key.Namespace == path.Namespace), initialEvents ? null : since) is not { } opened)
        {
            await stream.StartAsync(cancellation);
            await stream.WriteErrorAsync(ApiException.Expired(since ?? 0, store.Forgotten), cancellation);
            return;
        }

        using var changes = opened.Changes;
        await stream.StartAsync(cancellation);
        foreach (var stored in opened.Objects.Select(stored => EventView.Show(type, stored)).Where(selector.Matches).TakeWhile(_ => !stream.IsCut))
        {
            await stream.WriteAsync("ADDED", stored, cancellation);
        }

        if (initialEvents && query["allowWatchBookmarks"] == "true" && !stream.IsCut)
        {
            await stream.WriteBookmarkAsync(opened.Version, initialEventsEnd: true, cancellation);
        }

        await stream.FlushAsync(cancellation);

        using var timeout = new CancellationTokenSource(long.TryParse(query["timeoutSeconds"], out var seconds) && seconds > 0 ? TimeSpan.FromSeconds(seconds) : DefaultTimeout, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            if (!stream.IsCut)
            {
                await FollowAsync(type, changes, stream, selector, query["allowWatchBookmarks"] == "true", ending.Token);
            }
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            // The watch ends as it was asked to; the client opens the next one.
            return;
        }

        if (stream.IsCut)
        {
            await stream.CutAsync(since ?? opened.Version, cancellation);
        }
    }

    private async Task FollowAsync(ResourceType type, StoreSubscription changes, WatchStream stream, ObjectSelector selector, bool bookmarks, CancellationToken cancellation)
    {
        while (true)
        {
            var at = store.Version;
            var more = changes.Events.WaitToReadAsync(cancellation).AsTask();
            while (bookmarks && !more.IsCompleted)
            {
                await ((Task)more).WaitAsync(BookmarkEvery, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (!more.IsCompleted)
                {
                    // Nothing waits to be read, so all up to this version has been sent.
                    await stream.WriteBookmarkAsync(at, initialEventsEnd: false, cancellation);
                    await stream.FlushAsync(cancellation);
                    at = store.Version;
                }
            }

            if (!await more)
            {
                return;
            }

            while (changes.Events.TryRead(out var change))
            {
                var stored = EventView.Show(type, change.Stored);
                var (shown, shownBefore) = (change.Kind != StoreEventKind.Deleted && selector.Matches(stored), change.Previous is { } previous && selector.Matches(EventView.Show(type, previous)));
                if (shown || shownBefore)
                {
                    await stream.WriteAsync(!shown ? "DELETED" : shownBefore ? "MODIFIED" : "ADDED", stored, cancellation);
                    if (stream.IsCut)
                    {
                        return;
                    }
                }
            }

            await stream.FlushAsync(cancellation);
        }
    }
}
