using System.Threading.Channels;

namespace TempoCos.Cluster.Api.Storage;

/// <summary>Changes in order, without gaps, until disposed.</summary>
public sealed class StoreSubscription(Predicate<ObjectKey> wanted, Action<StoreSubscription> end) : IDisposable
{
    private readonly Channel<StoreEvent> events = Channel.CreateUnbounded<StoreEvent>(new UnboundedChannelOptions { SingleReader = true });

    public ChannelReader<StoreEvent> Events => events.Reader;

    public void Publish(StoreEvent change)
    {
        if (wanted(change.Stored.Key))
        {
            events.Writer.TryWrite(change);
        }
    }

    public void Dispose()
    {
        end(this);
        events.Writer.TryComplete();
    }
}
