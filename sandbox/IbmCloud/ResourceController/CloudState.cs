using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TempoCos.IbmCloud.Hosting;
using TempoCos.IbmCloud.Iam;
using TempoCos.IbmCloud.ResourceManager;

namespace TempoCos.IbmCloud.ResourceController;

/// <summary>The control plane's records.</summary>
public sealed class CloudState
{
    private readonly TimeProvider _time;
    private readonly HashSet<string> _apiKeys;

    public CloudState(DataDirectory data, IbmCloudOptions options, TimeProvider time)
    {
        _time = time;
        Account = LoadOrCreateAccount(data);
        Groups = new JsonTable<ResourceGroup>(data.Folder("control", "resource-groups"), ControlPlaneJson.Default.ResourceGroup);
        Instances = new JsonTable<ResourceInstance>(data.Folder("control", "resource-instances"), ControlPlaneJson.Default.ResourceInstance);
        Keys = new JsonTable<ResourceKey>(data.Folder("control", "resource-keys"), ControlPlaneJson.Default.ResourceKey);
        Reclamations = new JsonTable<Reclamation>(data.Folder("control", "reclamations"), ControlPlaneJson.Default.Reclamation);
        _apiKeys = [.. options.ApiKeys.Count > 0 ? options.ApiKeys : [GeneratedApiKey(data)]];
        DefaultGroup = Groups.All.FirstOrDefault(group => group.Default) ?? CreateGroup(Account.Id, "Default", isDefault: true);
    }

    /// <summary>Held while something is checked and then changed.</summary>
    public Lock Gate { get; } = new();

    public CloudAccount Account { get; }

    public ResourceGroup DefaultGroup { get; }

    public JsonTable<ResourceGroup> Groups { get; }

    public JsonTable<ResourceInstance> Instances { get; }

    public JsonTable<ResourceKey> Keys { get; }

    public JsonTable<Reclamation> Reclamations { get; }

    public WithdrawnKeys Withdrawn { get; } = new();

    public static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    public ResourceGroup CreateGroup(string account, string name, bool isDefault)
    {
        var id = NewId();
        var now = _time.GetUtcNow();
        return Groups.Put(id, new ResourceGroup
        {
            Id = id,
            Crn = $"crn:v1:bluemix:public:resource-controller::a/{account}::resource-group:{id}",
            AccountId = account,
            Name = name,
            Default = isDefault,
            CreatedAt = now,
            UpdatedAt = now,
        });
    }

    public ResourceInstance CreateInstance(string name, ResourceGroup group, string plan, string createdBy, string? guid = null)
    {
        guid ??= Guid.NewGuid().ToString();
        var now = _time.GetUtcNow();
        return Instances.Put(guid, new ResourceInstance
        {
            Guid = guid,
            Crn = $"crn:v1:bluemix:public:cloud-object-storage:global:a/{group.AccountId}:{guid}::",
            Name = name,
            AccountId = group.AccountId,
            ResourceGroupId = group.Id,
            ResourceGroupCrn = group.Crn,
            ResourcePlanId = plan,
            PlanHistory = [new PlanHistory(plan, now, createdBy)],
            State = InstanceState.Active,
            CreatedAt = now,
            UpdatedAt = now,
            CreatedBy = createdBy,
            LastOperation = LastOperation.Done("create", "create instance"),
        });
    }

    /// <summary>The instance of that GUID or CRN.</summary>
    public ResourceInstance? FindInstance(string guidOrCrn) => Instances.Find(GuidOf(guidOrCrn, fromEnd: 3));

    /// <summary>The resource key of that GUID or CRN.</summary>
    public ResourceKey? FindKey(string guidOrCrn) => Keys.Find(GuidOf(guidOrCrn, fromEnd: 1));

    /// <summary>The resource key whose service id that is; null for a user and for a key that is gone.</summary>
    public ResourceKey? KeyOfServiceId(string iamId) => !iamId.StartsWith(IamIdentity.ServiceIdPrefix, StringComparison.Ordinal) ? null : Keys.All.FirstOrDefault(key =>
        key.Credentials is { } credentials && credentials.IamServiceIdCrn.EndsWith(iamId[4..], StringComparison.Ordinal));

    public IamIdentity? IdentityOfApiKey(string apiKey)
    {
        if (_apiKeys.Contains(apiKey))
        {
            return new IamIdentity(Account.Id, Account.OwnerIamId);
        }

        var key = Keys.All.FirstOrDefault(key => key.Credentials?.ApiKey == apiKey);
        return key is null ? null : new IamIdentity(key.AccountId, "iam-" + key.Credentials!.IamServiceIdCrn[(key.Credentials.IamServiceIdCrn.LastIndexOf(':') + 1)..]);
    }

    /// <summary>What IAM tells of an API key; null when there is no such key.</summary>
    public ApiKeyDetails? DescribeApiKey(string apiKey)
    {
        if (IdentityOfApiKey(apiKey) is not { } identity)
        {
            return null;
        }

        var key = KeyOfServiceId(identity.IamId);
        var id = key?.Credentials?.IamApiKeyId ?? $"ApiKey-{identity.IamId}";
        var created = key?.CreatedAt ?? DefaultGroup.CreatedAt;
        return new ApiKeyDetails(
            id, "1-0", $"crn:v1:bluemix:public:iam-identity::a/{identity.AccountId}::apikey:{id}", Locked: false, Disabled: false, created, key?.CreatedBy ?? identity.IamId, created,
            key?.Credentials?.IamApiKeyName ?? "sandbox", key?.Credentials?.IamApiKeyDescription ?? "", identity.IamId, identity.AccountId, ApiKey: "");
    }

    private static string GuidOf(string guidOrCrn, int fromEnd)
    {
        if (!guidOrCrn.StartsWith("crn:", StringComparison.Ordinal))
        {
            return guidOrCrn;
        }

        var parts = guidOrCrn.Split(':');
        return parts.Length >= 10 ? parts[^fromEnd] : "";
    }

    private static CloudAccount LoadOrCreateAccount(DataDirectory data)
    {
        var path = Path.Combine(data.Folder("control"), "account.json");
        if (File.Exists(path) && JsonSerializer.Deserialize(File.ReadAllBytes(path), ControlPlaneJson.Default.CloudAccount) is { } known)
        {
            return known;
        }

        var account = new CloudAccount(NewId(), "IBMid-" + RandomNumberGenerator.GetHexString(10));
        AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(account, ControlPlaneJson.Default.CloudAccount));
        return account;
    }

    private static string GeneratedApiKey(DataDirectory data)
    {
        var path = data.FilePath("api-key");
        if (!File.Exists(path))
        {
            AtomicFile.Write(path, Encoding.ASCII.GetBytes(RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 44)));
        }

        return File.ReadAllText(path).Trim();
    }
}
