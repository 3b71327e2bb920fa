using TempoCos.Contracts;
using TempoCos.CosProvisioner.Ledger;
using TempoCos.CosProvisioner.ResourceController;

namespace TempoCos.CosProvisioner.Steps;

/// <summary>The key with HMAC credentials that Tempo gets.</summary>
internal sealed class ResourceKeys(ResourceControllerClient controller, Creation creation, Waiting waiting)
{
    // Credentials can follow their key by a moment.
    private static readonly TimeSpan CredentialsWithin = TimeSpan.FromSeconds(10);

    public async Task<(Ensured<ResourceKey> Key, HmacKey Hmac)> EnsureAsync(
        RunPlan plan, Ensured<ServiceInstance> ensured, RunLedger ledger, CancellationToken cancellationToken)
    {
        var name = plan.ResourceKey.Value;
        var instance = ensured.Resource;
        var place = new Dictionary<string, string> { [Place.InstanceGuid] = instance.Guid };
        var known = ledger.Find(LedgerKind.ResourceKey, name);
        if (!ensured.IsOurs && !plan.ResourceKey.Derived)
        {
            place[Place.OnAdopted] = "true";
        }

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
        // Everything on the run's own instance is the run's, also keys that an earlier, lost answer left behind. On somebody else's it takes more than a name.
        var onOthersInstance = item.Place.ContainsKey(Place.OnAdopted);
        var guids = new HashSet<string>(StringComparer.Ordinal);
        if (item.Place.TryGetValue(Place.InstanceGuid, out var instanceGuid))
        {
            var named = await controller.ListKeysAsync(instanceGuid, item.Name, cancellationToken);
            guids.UnionWith(named.Where(key => !onOthersInstance || item.MayHaveMade(key.CreatedAt)).Select(key => key.Guid));
        }

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

    private async Task<HmacKey?> FindHmacAsync(ResourceKey key, CancellationToken cancellationToken) =>
        key.Credentials?.CosHmacKeys ?? (await controller.FindKeyAsync(key.Guid, cancellationToken))?.Credentials?.CosHmacKeys;
}
