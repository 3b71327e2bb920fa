using System.Globalization;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Storage;

/// <summary>
/// All objects, one counter of versions, and the latest changes for those who watch. Writes are atomic and conditional on the version
/// that the writer has seen.
/// </summary>
public sealed class ObjectStore : IDisposable
{
    private const int HistoryLength = 4096;
    private const long HistoryBytes = 16 << 20;

    private readonly Lock gate = new();
    private readonly Dictionary<string, SortedDictionary<string, StoredObject>> resources = new(StringComparer.Ordinal);
    private readonly Queue<StoreEvent> history = new();
    private readonly List<StoreSubscription> subscriptions = [];
    private readonly ObjectLog log;
    private long version;
    private long forgotten;
    private long remembered;

    public ObjectStore(string directory)
    {
        log = new ObjectLog(directory);
        (var objects, version) = log.Load();
        foreach (var stored in objects)
        {
            Shelf(stored.Key.Resource)[Place(stored.Key)] = stored;
        }

        // Watchers of before the restart have to list again: what happened in between is not known here.
        forgotten = version;
        log.Rewrite(objects, version);
    }

    public long Version
    {
        get
        {
            lock (gate)
            {
                return version;
            }
        }
    }

    /// <summary>The version after which all changes are remembered.</summary>
    public long Forgotten
    {
        get
        {
            lock (gate)
            {
                return forgotten;
            }
        }
    }

    public StoredObject? Find(ObjectKey key)
    {
        lock (gate)
        {
            return resources.TryGetValue(key.Resource, out var shelf) && shelf.TryGetValue(Place(key), out var stored) ? stored : null;
        }
    }

    /// <summary>The objects of a resource, in one namespace ("" for all), and the version at which they were so.</summary>
    public (IReadOnlyList<StoredObject> Objects, long Version) List(string resource, string ns = "")
    {
        lock (gate)
        {
            return (!resources.TryGetValue(resource, out var shelf) ? [] : [.. shelf.Values.Where(stored => ns.Length == 0 || stored.Key.Namespace == ns)], version);
        }
    }

    /// <summary>The same as of an earlier version; null when not all changes since then are remembered.</summary>
    public (IReadOnlyList<StoredObject> Objects, long Version)? List(string resource, string ns, long? exact)
    {
        lock (gate)
        {
            var (objects, now) = List(resource, ns);
            if (exact is not { } wanted || wanted == now)
            {
                return (objects, now);
            }

            if (wanted < forgotten)
            {
                return null;
            }

            var then = new SortedDictionary<string, StoredObject>(objects.ToDictionary(stored => Place(stored.Key)), StringComparer.Ordinal);
            foreach (var change in history.Reverse().TakeWhile(change => change.Stored.Version > wanted))
            {
                var key = change.Stored.Key;
                if (key.Resource != resource || (ns.Length > 0 && key.Namespace != ns))
                {
                    continue;
                }

                if (change.Previous is { } previous)
                {
                    then[Place(key)] = previous;
                }
                else
                {
                    then.Remove(Place(key));
                }
            }

            return ([.. then.Values], wanted);
        }
    }

    public IReadOnlyList<StoredObject> Where(Predicate<StoredObject> wanted)
    {
        lock (gate)
        {
            return [.. resources.Values.SelectMany(shelf => shelf.Values).Where(stored => wanted(stored))];
        }
    }

    /// <summary>Writes if the object still has the version expected (0: does not exist); null if it has not.</summary>
    public StoredObject? TryPut(ObjectKey key, JsonObject content, long expected)
    {
        lock (gate)
        {
            var shelf = Shelf(key.Resource);
            shelf.TryGetValue(Place(key), out var previous);
            if ((previous?.Version ?? 0) != expected)
            {
                return null;
            }

            content.Ensure("metadata")["resourceVersion"] = (++version).ToString(CultureInfo.InvariantCulture);
            var stored = new StoredObject(key, version, content);
            shelf[Place(key)] = stored;
            log.Append(key, version, stored.Json);
            Publish(new StoreEvent(previous is null ? StoreEventKind.Added : StoreEventKind.Modified, stored, previous));
            return stored;
        }
    }

    /// <summary>Removes the object if it still has the version expected; null if it has not.</summary>
    public StoredObject? TryRemove(ObjectKey key, long expected)
    {
        lock (gate)
        {
            var shelf = Shelf(key.Resource);
            if (!shelf.TryGetValue(Place(key), out var previous) || previous.Version != expected)
            {
                return null;
            }

            shelf.Remove(Place(key));
            var content = previous.ToObject();
            content.Ensure("metadata")["resourceVersion"] = (++version).ToString(CultureInfo.InvariantCulture);
            var last = new StoredObject(key, version, content);
            log.Append(key, version, null);
            Publish(new StoreEvent(StoreEventKind.Deleted, last, previous));
            return last;
        }
    }

    /// <summary>
    /// What there is and every change from then on (<paramref name="since"/> null), or every change after that version.
    /// Null when that version is older than what is remembered.
    /// </summary>
    public (IReadOnlyList<StoredObject> Objects, long Version, StoreSubscription Changes)? Watch(Predicate<ObjectKey> wanted, long? since)
    {
        lock (gate)
        {
            if (since < forgotten)
            {
                return null;
            }

            var subscription = new StoreSubscription(wanted, End);
            IReadOnlyList<StoredObject> objects = since is null
                ? [.. resources.Values.SelectMany(shelf => shelf.Values).Where(stored => wanted(stored.Key))]
                : [];
            foreach (var change in since is null ? [] : history.Where(change => change.Stored.Version > since))
            {
                subscription.Publish(change);
            }

            subscriptions.Add(subscription);
            return (objects, version, subscription);
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            log.Dispose();
        }
    }

    private static string Place(ObjectKey key) => $"{key.Namespace}/{key.Name}";

    private void End(StoreSubscription subscription)
    {
        lock (gate)
        {
            subscriptions.Remove(subscription);
        }
    }

    private SortedDictionary<string, StoredObject> Shelf(string resource)
    {
        if (!resources.TryGetValue(resource, out var shelf))
        {
            resources[resource] = shelf = new SortedDictionary<string, StoredObject>(StringComparer.Ordinal);
        }

        return shelf;
    }

    private void Publish(StoreEvent change)
    {
        history.Enqueue(change);
        remembered += change.Stored.Json.Length;
        while (history.Count > 1 && (history.Count > HistoryLength || remembered > HistoryBytes))
        {
            var oldest = history.Dequeue().Stored;
            remembered -= oldest.Json.Length;
            forgotten = oldest.Version;
        }

        foreach (var subscription in subscriptions)
        {
            subscription.Publish(change);
        }

        if (log.IsLong)
        {
            log.Rewrite(resources.Values.SelectMany(shelf => shelf.Values), version);
        }
    }
}
