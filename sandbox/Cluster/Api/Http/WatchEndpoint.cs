using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Selection;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Api.Tables;

namespace TempoCos.Cluster.Api.Http;

/// <summary>watch: a line of JSON a change, bookmarks in between when asked for.</summary>
public sealed class WatchEndpoint(ObjectStore store, TableWriter tables, TimeProvider time)
{
    private static readonly TimeSpan BookmarkEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(45);

    public async Task WatchAsync(HttpContext context, ResourceType type, ApiPath path, CancellationToken cancellation)
    {
        var query = context.Request.Query;
        var labels = LabelSelector.Parse(query["labelSelector"]);
        var fields = FieldSelector.Parse(query["fieldSelector"]);
        var since = long.TryParse(query["resourceVersion"], NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 0 ? version : (long?)null;
        var initialEvents = query["sendInitialEvents"] == "true";
        var opened = store.Watch(key => key.Resource == type.Resource && (path.Namespace.Length == 0 || key.Namespace == path.Namespace), initialEvents ? null : since)
            ?? throw ApiException.Expired(since ?? 0, store.Version);
        using var changes = opened.Changes;

        var line = new WatchLine(tables, type, ReadEndpoint.WantsTable(context.Request), query["includeObject"]);
        context.Response.ContentType = "application/json";
        await context.Response.StartAsync(cancellation);
        foreach (var stored in opened.Objects.Where(Selected))
        {
            await line.WriteAsync(context.Response, "ADDED", stored.ToObject(), cancellation);
        }

        if (initialEvents)
        {
            await line.WriteBookmarkAsync(context.Response, store.Version, initialEventsEnd: true, cancellation);
        }

        await context.Response.Body.FlushAsync(cancellation);

        using var timeout = new CancellationTokenSource(long.TryParse(query["timeoutSeconds"], out var seconds) && seconds > 0 ? TimeSpan.FromSeconds(seconds) : DefaultTimeout, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            await FollowAsync(context.Response, changes, line, Selected, query["allowWatchBookmarks"] == "true", ending.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            // The watch ends as it was asked to; the client opens the next one.
        }

        bool Selected(StoredObject stored) => labels.Matches(stored.Labels) && (fields.IsEmpty || fields.Matches(stored.ToObject()));
    }

    private async Task FollowAsync(HttpResponse response, StoreSubscription changes, WatchLine line, Predicate<StoredObject> selected, bool bookmarks, CancellationToken cancellation)
    {
        while (true)
        {
            var at = store.Version;
            var more = changes.Events.WaitToReadAsync(cancellation).AsTask();
            if (bookmarks && await Task.WhenAny(more, Task.Delay(BookmarkEvery, time, cancellation)) != more)
            {
                // Nothing waits to be read, so all up to this version has been sent.
                await line.WriteBookmarkAsync(response, at, initialEventsEnd: false, cancellation);
                await response.Body.FlushAsync(cancellation);
            }

            if (!await more)
            {
                return;
            }

            while (changes.Events.TryRead(out var change))
            {
                var (shown, shownBefore) = (change.Kind != StoreEventKind.Deleted && selected(change.Stored), change.Previous is { } previous && selected(previous));
                if (shown || shownBefore)
                {
                    await line.WriteAsync(response, !shown ? "DELETED" : shownBefore ? "MODIFIED" : "ADDED", change.Stored.ToObject(), cancellation);
                }
            }

            await response.Body.FlushAsync(cancellation);
        }
    }

    private sealed class WatchLine(TableWriter tables, ResourceType type, bool asTable, string? includeObject)
    {
        private bool columnsSent;

        public Task WriteAsync(HttpResponse response, string kind, JsonObject content, CancellationToken cancellation)
        {
            var shown = asTable ? tables.Table(type, [content], long.Parse(content.Text("metadata", "resourceVersion")!, CultureInfo.InvariantCulture), includeObject, !columnsSent) : content;
            columnsSent = true;
            return WriteLineAsync(response, kind, shown, cancellation);
        }

        public Task WriteBookmarkAsync(HttpResponse response, long version, bool initialEventsEnd, CancellationToken cancellation)
        {
            var metadata = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture), ["creationTimestamp"] = null };
            if (initialEventsEnd)
            {
                metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
            }

            return WriteLineAsync(response, "BOOKMARK", new JsonObject { ["kind"] = type.Kind, ["apiVersion"] = type.ApiVersion, ["metadata"] = metadata }, cancellation);
        }

        private static async Task WriteLineAsync(HttpResponse response, string kind, JsonObject content, CancellationToken cancellation)
        {
            var buffer = new ArrayBufferWriter<byte>(1024);
            using (var json = new Utf8JsonWriter(buffer))
            {
                json.WriteStartObject();
                json.WriteString("type", kind);
                json.WritePropertyName("object");
                content.WriteTo(json);
                json.WriteEndObject();
            }

            buffer.Write("\n"u8);
            await response.Body.WriteAsync(buffer.WrittenMemory, cancellation);
        }
    }
}
