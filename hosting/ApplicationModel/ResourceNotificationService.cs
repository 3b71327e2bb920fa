namespace Aspire.Hosting.ApplicationModel;

public sealed class ResourceNotificationService
{
    private readonly Dictionary<string, ResourceEvent> _current = [];
    private readonly Feed<ResourceEvent> _feed;

    public ResourceNotificationService() => _feed = new Feed<ResourceEvent>(() => _current.Values);

    /// <summary>Every resource as it is now, then every change.</summary>
    public IAsyncEnumerable<ResourceEvent> WatchAsync(CancellationToken cancellationToken = default) => _feed.FollowAsync(cancellationToken);

    public async Task<ResourceEvent> WaitForResourceAsync(string resourceName, Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken = default) =>
        await WatchAsync(cancellationToken).FirstAsync(change => change.Resource.Name == resourceName && predicate(change), cancellationToken);

    public Task WaitForResourceAsync(string resourceName, string targetState, CancellationToken cancellationToken = default) =>
        WaitForResourceAsync(resourceName, change => change.Snapshot.State?.Text == targetState, cancellationToken);

    public async Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default)
    {
        var change = await WaitForResourceAsync(resourceName, change => change.Snapshot.HealthStatus is HealthStatus.Healthy || change.Snapshot.IsTerminal, cancellationToken);
        return change.Snapshot.IsTerminal
            ? throw new DistributedApplicationException($"The resource '{resourceName}' will not become healthy: it is {change.Snapshot.Describe()}.")
            : change;
    }

    internal void Publish(Resource resource, Func<CustomResourceSnapshot?, CustomResourceSnapshot> change)
    {
        lock (_feed.Lock)
        {
            var previous = _current.GetValueOrDefault(resource.Name)?.Snapshot;
            var next = change(previous);
            if (next != previous)
            {
                _feed.Tell(_current[resource.Name] = new ResourceEvent(resource, next));
            }
        }
    }
}
