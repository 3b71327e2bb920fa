using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>What state each resource is in, and waiting for one.</summary>
public sealed class ResourceNotificationService
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ResourceEvent> _current = [];
    private readonly HashSet<Channel<ResourceEvent>> _watchers = [];

    /// <summary>Every resource as it is now, then every change.</summary>
    public async IAsyncEnumerable<ResourceEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var channel = Channel.CreateUnbounded<ResourceEvent>();
        lock (_lock)
        {
            foreach (var current in _current.Values)
            {
                channel.Writer.TryWrite(current);
            }

            _watchers.Add(channel);
        }

        try
        {
            await foreach (var change in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return change;
            }
        }
        finally
        {
            lock (_lock)
            {
                _watchers.Remove(channel);
            }
        }
    }

    /// <summary>Waits until the resource is as <paramref name="predicate"/> wants it.</summary>
    public async Task<ResourceEvent> WaitForResourceAsync(string resourceName, Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken = default)
    {
        await foreach (var change in WatchAsync(cancellationToken))
        {
            if (change.Resource.Name == resourceName && predicate(change))
            {
                return change;
            }
        }

        throw new OperationCanceledException($"The wait for the resource '{resourceName}' ended.", cancellationToken);
    }

    /// <summary>Waits until the resource is in that state (running when null).</summary>
    public Task WaitForResourceAsync(string resourceName, string? targetState = null, CancellationToken cancellationToken = default) =>
        WaitForResourceAsync(resourceName, change => change.Snapshot.State?.Text == (targetState ?? KnownResourceStates.Running), cancellationToken);

    /// <summary>Waits until the resource runs and is healthy.</summary>
    /// <exception cref="DistributedApplicationException">It has ended instead.</exception>
    public async Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default)
    {
        var change = await WaitForResourceAsync(resourceName, change => change.Snapshot.HealthStatus is HealthStatus.Healthy || change.Snapshot.IsTerminal, cancellationToken);
        return change.Snapshot.IsTerminal
            ? throw new DistributedApplicationException($"The resource '{resourceName}' will not become healthy: it is {change.Snapshot.Describe()}.")
            : change;
    }

    internal CustomResourceSnapshot? Current(IResource resource)
    {
        lock (_lock)
        {
            return _current.GetValueOrDefault(resource.Name)?.Snapshot;
        }
    }

    internal void Publish(IResource resource, string id, Func<CustomResourceSnapshot?, CustomResourceSnapshot> change)
    {
        lock (_lock)
        {
            var previous = _current.GetValueOrDefault(resource.Name)?.Snapshot;
            var next = change(previous);
            if (next == previous)
            {
                return;
            }

            var happened = new ResourceEvent(resource, id, next);
            _current[resource.Name] = happened;
            foreach (var watcher in _watchers)
            {
                watcher.Writer.TryWrite(happened);
            }
        }
    }
}
