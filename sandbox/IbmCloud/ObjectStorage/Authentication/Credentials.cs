using TempoCos.IbmCloud.Iam;
using TempoCos.IbmCloud.ObjectStorage.Requests;
using TempoCos.IbmCloud.ResourceController;

namespace TempoCos.IbmCloud.ObjectStorage.Authentication;

/// <summary>The credentials that the object store knows: seeded ones and those of resource keys.</summary>
public sealed class Credentials
{
    private const string SeedInstanceName = "sandbox-cos";
    private readonly Dictionary<string, HmacCredential> _seeds = new(StringComparer.Ordinal);
    private readonly CloudState _state;
    private readonly KnobPanel _knobs;
    private readonly TimeProvider _time;

    public Credentials(CloudState state, IbmCloudOptions options, KnobPanel knobs, TimeProvider time)
    {
        _state = state;
        _knobs = knobs;
        _time = time;
        for (var i = 0; i < options.Hmac.Count; i++)
        {
            // The first has the instance that all of them shared in directories of before.
            var seed = options.Hmac[i];
            var name = i == 0 ? SeedInstanceName : $"{SeedInstanceName}-{seed.AccessKeyId}";
            var instance = state.Instances.All.FirstOrDefault(instance => instance.CreatedBy == name && instance.State == InstanceState.Active)
                ?? state.CreateInstance(name, state.DefaultGroup, CosCatalog.StandardPlan, createdBy: name);
            _seeds[seed.AccessKeyId] = new HmacCredential(seed.SecretAccessKey, new S3Principal(state.Account.Id, instance.Guid, KeyRole.Manager));
        }
    }

    /// <summary>The credential of an access key id; null while the object store does not know it.</summary>
    public HmacCredential? Find(string accessKeyId)
    {
        if (_seeds.TryGetValue(accessKeyId, out var seed))
        {
            return seed;
        }

        // The access key id is the key's GUID without dashes.
        if (!Guid.TryParseExact(accessKeyId, "N", out var guid)
            || (_state.Keys.Find(guid.ToString()) is { Credentials: not null } present ? present : NotYetRevoked(guid.ToString())) is not { Credentials.CosHmacKeys: { } hmac } key
            || hmac.AccessKeyId != accessKeyId
            || key.CreatedAt + TimeSpan.FromSeconds(_knobs.Current.HmacPropagationSeconds) > _time.GetUtcNow())
        {
            return null;
        }

        var policyAt = key.CreatedAt + TimeSpan.FromSeconds(_knobs.Current.HmacPropagationSeconds + _knobs.Current.PolicyPropagationSeconds);
        return new HmacCredential(hmac.SecretAccessKey, policyAt <= _time.GetUtcNow() ? PrincipalOf(key) : PrincipalOf(key) with { Role = KeyRole.None });
    }

    /// <summary>The refusal of a token that is invalid or expired.</summary>
    public S3Exception BadToken() => new(_knobs.Current.BadTokenStatus, "AccessDenied", "Access Denied");

    /// <summary>The principal behind an IAM token.</summary>
    public S3Principal Of(IamIdentity identity) =>
        identity.IsServiceId && _state.KeyOfServiceId(identity.IamId) is { } key
            ? PrincipalOf(key)
            : new S3Principal(identity.AccountId, null, KeyRole.Manager);

    /// <summary>A deleted key that the object store still takes.</summary>
    private ResourceKey? NotYetRevoked(string guid) =>
        _state.Withdrawn.Find(guid) is { } withdrawn && _time.GetUtcNow() < withdrawn.At + TimeSpan.FromSeconds(_knobs.Current.HmacRevocationSeconds) ? withdrawn.Key : null;

    private static S3Principal PrincipalOf(ResourceKey key) =>
        new(key.AccountId, key.ResourceInstanceUrl[(key.ResourceInstanceUrl.LastIndexOf('/') + 1)..], KeyRoles.Parse(key.Role) ?? KeyRole.None);
}
