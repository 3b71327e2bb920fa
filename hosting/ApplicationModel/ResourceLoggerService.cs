using System.Collections.Concurrent;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Console lines of every resource: the last ones are kept, new ones can be followed.</summary>
public sealed class ResourceLoggerService
{
    private readonly ConcurrentDictionary<string, ResourceLog> _logs = [];

    /// <summary>The lines kept, then every new one, until the enumeration is cancelled.</summary>
    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(Resource resource) => Of(resource).FollowAsync().Select(IReadOnlyList<LogLine> (line) => [line]);

    public IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync(Resource resource) => WatchAsync(resource).Take(Of(resource).Count);

    internal ResourceLog Of(Resource resource) => _logs.GetOrAdd(resource.Name, _ => new ResourceLog());
}
