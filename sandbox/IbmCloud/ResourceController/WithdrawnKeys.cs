using System.Collections.Concurrent;

namespace TempoCos.IbmCloud.ResourceController;

/// <summary>
/// What deleted resource keys were, for the time until the object store notices, and until their instance is restored or gone. In memory only: no secret of a deleted key stays on disk.
/// </summary>
public sealed class WithdrawnKeys
{
    private readonly ConcurrentDictionary<string, WithdrawnKey> _keys = new(StringComparer.Ordinal);

    public void Add(WithdrawnKey key) => _keys[key.Key.Guid] = key;

    public WithdrawnKey? Find(string guid) => _keys.GetValueOrDefault(guid);

    /// <summary>Takes out the keys that went with their instance.</summary>
    public IReadOnlyList<ResourceKey> TakeOf(string instanceCrn)
    {
        var taken = _keys.Values.Where(key => key.WithInstance && key.Key.SourceCrn == instanceCrn).ToArray();
        foreach (var key in taken)
        {
            _keys.TryRemove(key.Key.Guid, out _);
        }

        return [.. taken.Select(key => key.Key)];
    }
}
