using TempoCos.Contracts;
using TempoCos.CosProvisioner.Ledger;
using TempoCos.CosProvisioner.ResourceController;
using TempoCos.CosProvisioner.Rotation;

namespace TempoCos.CosProvisioner.Steps;

/// <summary>The key with HMAC credentials that Tempo gets.</summary>
internal sealed class ResourceKeys(ResourceControllerClient controller, Creation creation, Waiting waiting)
{
    // Credentials can follow their key by a moment.
    private static readonly TimeSpan CredentialsWithin = TimeSpan.FromSeconds(10);

    public Task<(Ensured<ResourceKey> Key, HmacKey Hmac)> EnsureAsync(
        RunPlan plan, Ensured<ServiceInstance> ensured, RunLedger ledger, CancellationToken cancellationToken)
    {
        var name = KeyGenerations.CurrentName(ledger, plan.ResourceKey.Value);
        var place = new Dictionary<string, string>(ledger.Find(LedgerKind.ResourceKey, name)?.Place ?? new Dictionary<string, string>())
        {
            [Place.InstanceGuid] = ensured.Resource.Guid,
        };
        if (!ensured.IsOurs && !plan.ResourceKey.Derived)
        {
            place[Place.OnAdopted] = "true";
        }

        return EnsureAsync(name, place, ensured.Resource, ledger, cancellationToken);
    }

    /// <summary>A key of this name; one whose secret cannot be read is made anew.</summary>
    public async Task<(Ensured<ResourceKey> Key, HmacKey Hmac)> EnsureAsync(
        string name, IReadOnlyDictionary<string, string> place, ServiceInstance instance, RunLedger ledger, CancellationToken cancellationToken)
    {
        var known = ledger.Find(LedgerKind.ResourceKey, name);
        foreach (var key in await controller.ListKeysAsync(instance.Guid, name, cancellationToken))
        {
            if (place.ContainsKey(Place.OnAdopted) && known?.Id != key.Guid && known?.MayHaveMade(key.CreatedAt) != true)
            {
                throw new DiagnosticException(
                    DiagnosticCode.ResourceKeyTaken,
                    name,
                    "a resource key of this name exists on the adopted service instance and is not this run's",
                    "Leave the name of the key out, or choose another one.");
            }

            if (await FindHmacAsync(key, cancellationToken) is { } readable)
            {
                ledger.Adopt(LedgerKind.ResourceKey, name, key.Guid, place);
                return (new Ensured<ResourceKey>(key, IsOurs: true, WasThere: true), readable);
            }

            // Its secret is redacted for us or was shown once only: of no use to anybody.
            StepScope.Current?.Say($"Resource key {name} does not show its HMAC secret; making it anew");
            await controller.DeleteKeyAsync(key.Guid, cancellationToken);
        }

        var made = await creation.RunAsync(
            ledger,
            new LedgerEntryDraft(LedgerKind.ResourceKey, name, place),
            async () => (await controller.ListKeysAsync(instance.Guid, name, cancellationToken)) is [var first, ..] ? first : null,
            () => controller.CreateKeyAsync(
                new NewResourceKey(name, instance.Crn ?? instance.Id, "Writer", new NewResourceKeyParameters(Hmac: true)), CancellationToken.None),
            key => key.Guid,
            cancellationToken);

        var hmac = await waiting.ForAsync("the key's credentials", CredentialsWithin, () => FindHmacAsync(made, cancellationToken), cancellationToken);
        return (new Ensured<ResourceKey>(made, IsOurs: true, WasThere: false), hmac ?? throw new DiagnosticException(
            DiagnosticCode.ResourceKeyWithoutHmac,
            name,
            "IBM Cloud made the resource key without showing a HMAC secret",
            "Give the owner of the API key Editor and Manager on Cloud Object Storage: who has less than a key's own role sees its credentials redacted."));
    }

    /// <summary>False when there was nothing to remove.</summary>
    public async Task<bool> RemoveAsync(LedgerItem item, CancellationToken cancellationToken)
    {
        var guids = (await ListAsync(item, cancellationToken)).Select(key => key.Guid).ToHashSet(StringComparer.Ordinal);
        if (item.Id is { } id && await controller.FindKeyAsync(id, cancellationToken) is { IsRemoved: false })
        {
            guids.Add(id);
        }

        foreach (var guid in guids)
        {
            await controller.DeleteKeyAsync(guid, cancellationToken);
        }

        return guids.Count > 0;
    }

    /// <summary>The run's keys of this name.</summary>
    public async Task<IReadOnlyList<ResourceKey>> ListAsync(LedgerItem item, CancellationToken cancellationToken)
    {
        if (!item.Place.TryGetValue(Place.InstanceGuid, out var instanceGuid))
        {
            return [];
        }

        // Everything on the run's own instance is the run's, also keys that an earlier, lost answer left behind. On somebody else's it takes more than a name.
        var onOthersInstance = item.Place.ContainsKey(Place.OnAdopted);
        var named = await controller.ListKeysAsync(instanceGuid, item.Name, cancellationToken);
        return [.. named.Where(key => !onOthersInstance || key.Guid == item.Id || item.MayHaveMade(key.CreatedAt))];
    }

    /// <summary>Null when its secret is not shown to us, or not any more.</summary>
    public async Task<HmacKey?> FindHmacAsync(ResourceKey key, CancellationToken cancellationToken) =>
        key.Credentials?.CosHmacKeys ?? (await controller.FindKeyAsync(key.Guid, cancellationToken))?.Credentials?.CosHmacKeys;
}
