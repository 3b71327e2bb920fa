using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Tells everyone who follows first what is kept, then whatever comes.</summary>
internal sealed class Feed<T>(Func<IEnumerable<T>> kept)
{
    private readonly HashSet<Channel<T>> _followers = [];

    /// <summary>Held while what is kept changes, until that has been told.</summary>
    public Lock Lock { get; } = new();

    public void Tell(T item)
    {
        foreach (var follower in _followers)
        {
            follower.Writer.TryWrite(item);
        }
    }

    public async IAsyncEnumerable<T> FollowAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var channel = Channel.CreateUnbounded<T>();
        lock (Lock)
        {
            foreach (var item in kept())
            {
                channel.Writer.TryWrite(item);
            }

            _followers.Add(channel);
        }

        try
        {
            await foreach (var item in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return item;
            }
        }
        finally
        {
            lock (Lock)
            {
                _followers.Remove(channel);
            }
        }
    }
}
