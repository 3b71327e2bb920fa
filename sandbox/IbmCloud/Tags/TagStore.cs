using System.Security.Cryptography;
using System.Text;
using TempoCos.IbmCloud.BucketConfiguration;
using TempoCos.IbmCloud.Hosting;
using TempoCos.IbmCloud.ObjectStorage.Storage;
using TempoCos.IbmCloud.ResourceController;

namespace TempoCos.IbmCloud.Tags;

/// <summary>Which tags there are, and what carries them. Tags differ by more than case.</summary>
public sealed class TagStore(DataDirectory data, CloudState state, BucketStore buckets, TimeProvider time)
{
    private readonly JsonTable<AccountTag> _names = new(data.Folder("control", "tags"), TagJson.Default.AccountTag);
    private readonly JsonTable<ResourceTags> _tags = new(data.Folder("control", "resource-tags"), TagJson.Default.ResourceTags);

    /// <summary>Every tag of the account, by name.</summary>
    public IEnumerable<string> Names => _names.All.Select(tag => tag.Name).Order(StringComparer.OrdinalIgnoreCase);

    /// <summary>The tags of a resource; empty when there is no such resource.</summary>
    public string[] Of(string crn) => FindInstance(crn) is { } instance ? instance.Tags ?? [] : OfBucket(crn)?.Names ?? [];

    /// <summary>When a bucket's tags were last changed; null when it has none.</summary>
    public DateTimeOffset? ChangedAt(string crn) => OfBucket(crn)?.AttachedAt;

    /// <summary>Whether there is a resource of that CRN that can be tagged.</summary>
    public bool Knows(string crn) => FindInstance(crn) is not null || FindBucket(crn) is not null;

    /// <summary>Takes note of tags that something is created with.</summary>
    public void Register(IEnumerable<string> names)
    {
        foreach (var name in names.Where(name => _names.Find(IdOf(name)) is null))
        {
            _names.Put(IdOf(name), new AccountTag(name));
        }
    }

    /// <summary>Gives a resource other tags; false when there is no such resource.</summary>
    public bool TryChange(string crn, Func<string[], IEnumerable<string>> change)
    {
        lock (state.Gate)
        {
            var names = change(Of(crn)).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
            if (FindInstance(crn) is { } instance)
            {
                state.Instances.Put(instance.Guid, instance with { Tags = names });
            }
            else if (FindBucket(crn) is { } bucket)
            {
                _tags.Put(IdOf(crn), new ResourceTags(crn, bucket.Record.CreatedAt, time.GetUtcNow(), names));
            }
            else
            {
                return false;
            }

            Register(names);
            return true;
        }
    }

    public bool IsAttached(string name) =>
        state.Instances.All.Any(instance => instance.State != InstanceState.Removed && (instance.Tags ?? []).Contains(name, StringComparer.OrdinalIgnoreCase))
        || _tags.All.Any(tags => OfBucket(tags.Crn) is not null && tags.Names.Contains(name, StringComparer.OrdinalIgnoreCase));

    /// <summary>Forgets a tag; false when there is no such tag.</summary>
    public bool Forget(string name)
    {
        var known = _names.Find(IdOf(name)) is not null;
        _names.Remove(IdOf(name));
        return known;
    }

    private ResourceTags? OfBucket(string crn) => FindBucket(crn) is { } bucket && _tags.Find(IdOf(crn)) is { } tags && tags.ResourceCreatedAt == bucket.Record.CreatedAt ? tags : null;

    private ResourceInstance? FindInstance(string crn) => state.FindInstance(crn) is { } instance && instance.Crn == crn && instance.State != InstanceState.Removed ? instance : null;

    private Bucket? FindBucket(string crn) => buckets.Find(crn[(crn.LastIndexOf(':') + 1)..]) is { } bucket && bucket.Record.CrnOf() == crn ? bucket : null;

    private static string IdOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToLowerInvariant())))[..40];
}
