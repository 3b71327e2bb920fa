using System.Collections.Concurrent;
using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.Ring;

/// <summary>The components of the installation as this one knows them: who is there, in which role, and since when nothing was heard.</summary>
public sealed class ComponentRing(TimeProvider time)
{
    /// <summary>A member whose heartbeat did not advance for so long is not asked any more.</summary>
    public static readonly TimeSpan HeartbeatTimeout = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<string, (Member Member, DateTimeOffset Seen)> _members = new();
    private volatile TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<Member> All => [.. _members.Values.Select(entry => entry.Member).OrderBy(member => member.Id, StringComparer.Ordinal)];

    public IReadOnlyList<Member> Healthy(string role)
    {
        var now = time.GetUtcNow();
        return [.. _members.Values
            .Where(entry => !entry.Member.Left && now - entry.Seen < HeartbeatTimeout && entry.Member.Roles.Contains(role))
            .Select(entry => entry.Member)
            .OrderBy(member => member.Id, StringComparer.Ordinal)];
    }

    /// <summary>The members in this role as soon as there is one; empty after the deadline.</summary>
    public async Task<IReadOnlyList<Member>> WaitForAsync(string role, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + deadline;
        while (true)
        {
            var changed = _changed.Task;
            var members = Healthy(role);
            var left = until - time.GetUtcNow();
            if (members.Count > 0 || left <= TimeSpan.Zero)
            {
                return members;
            }

            try
            {
                await changed.WaitAsync(left, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                // The loop sees the deadline.
            }
        }
    }

    /// <summary>Takes over what another member knows; the later start and the later heartbeat win.</summary>
    public void Merge(IEnumerable<Member> members)
    {
        var news = false;
        foreach (var member in members)
        {
            _members.AddOrUpdate(
                member.Id,
                _ =>
                {
                    news = true;
                    return (member, time.GetUtcNow());
                },
                (_, known) =>
                {
                    if ((member.Started, member.Heartbeat).CompareTo((known.Member.Started, known.Member.Heartbeat)) <= 0)
                    {
                        return known;
                    }

                    news |= member.Started != known.Member.Started || member.Left != known.Member.Left;
                    return (member, time.GetUtcNow());
                });
        }

        if (news)
        {
            Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        }
    }

    /// <summary>The member that owns a key, and the next ones for replicas: the same on every member that knows the same ring.</summary>
    public static IEnumerable<Member> Owners(IReadOnlyList<Member> members, ulong key, int replicas) =>
        members.Count <= replicas ? members : members.OrderByDescending(member => Weight(member.Id, key)).Take(replicas);

    private static ulong Weight(string id, ulong key)
    {
        var hash = 14695981039346656037UL ^ key;
        foreach (var letter in id)
        {
            hash = (hash ^ letter) * 1099511628211UL;
        }

        hash ^= hash >> 33;
        hash *= 0xff51afd7ed558ccdUL;
        return hash ^ (hash >> 33);
    }
}
