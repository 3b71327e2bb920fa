using System.Net;
using Microsoft.Extensions.Options;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.Http;
using TempoCos.CosProvisioner.Ledger;
using TempoCos.CosProvisioner.ResourceController;

namespace TempoCos.CosProvisioner.Steps;

/// <summary>The run's resource group, or the one that it was told to use.</summary>
internal sealed class ResourceGroups(
    ResourceManagerClient groups, ResourceControllerClient instances, Creation creation, Waiting waiting, IOptionsMonitor<IbmCloudOptions> options)
{
    private const string NameTaken = "RESOURCE_GROUP_NAME_UNIQUENESS";

    // Names of deleted groups can stay taken for a while.
    private static readonly string[] Suffixes = ["", "-2", "-3"];

    public async Task<Ensured<ResourceGroup>> EnsureAsync(RunPlan plan, string accountId, RunLedger ledger, CancellationToken cancellationToken)
    {
        CloudApiException? taken = null;
        foreach (var suffix in plan.ResourceGroup.Derived ? Suffixes : [""])
        {
            try
            {
                return await EnsureAsync(plan.ResourceGroup with { Value = plan.ResourceGroup + suffix }, plan.Adoption, accountId, ledger, cancellationToken);
            }
            catch (CloudApiException exception) when (exception.Code == NameTaken)
            {
                taken = exception;
            }
        }

        throw new DiagnosticException(
            DiagnosticCode.ResourceGroupBlocked,
            plan.ResourceGroup.Value,
            "the name belongs to a resource group that is deleted or not visible",
            "Name another resource group, one that exists if the account may not make any.",
            taken);
    }

    /// <summary>False when there was nothing to remove.</summary>
    public async Task<bool> RemoveAsync(LedgerItem item, string accountId, CancellationToken cancellationToken)
    {
        var ours = await FindOursAsync(item, accountId, cancellationToken);
        foreach (var group in ours)
        {
            await CheckEmptyAsync(group, item.Name, cancellationToken);
            await DeleteAsync(group, item.Name, cancellationToken);
        }

        return ours.Count > 0;
    }

    private async Task<Ensured<ResourceGroup>> EnsureAsync(ResourceName name, Adoption adoption, string accountId, RunLedger ledger, CancellationToken cancellationToken)
    {
        var known = ledger.Find(LedgerKind.ResourceGroup, name.Value);
        if (await FindAsync() is { } found)
        {
            var ours = name.Derived || known is { State: LedgerState.Created } || known?.MayHaveMade(found.CreatedAt) == true;
            if (ours)
            {
                ledger.Adopt(LedgerKind.ResourceGroup, name.Value, found.Id);
            }
            else
            {
                if (known is not null)
                {
                    ledger.Removed(LedgerKind.ResourceGroup, name.Value);
                }

                if (!adoption.ResourceGroup)
                {
                    throw new DiagnosticException(
                        DiagnosticCode.ResourceGroupTaken,
                        name.Value,
                        "a resource group of this name exists and is not this run's",
                        "Add --adopt resource-group to use it, which leaves it there in the end; or choose another name, or leave it out.");
                }
            }

            return new Ensured<ResourceGroup>(found, ours, WasThere: true);
        }

        var made = await creation.RunAsync(
            ledger,
            new LedgerEntryDraft(LedgerKind.ResourceGroup, name.Value, new Dictionary<string, string>()),
            FindAsync,
            () => groups.CreateAsync(new NewResourceGroup(name.Value, accountId), CancellationToken.None),
            group => group.Id,
            cancellationToken);
        return new Ensured<ResourceGroup>(await SettleAsync(made.Id, name.Value, cancellationToken), IsOurs: true, WasThere: false);

        async Task<ResourceGroup?> FindAsync()
        {
            if (known?.Id is { } id && await groups.FindAsync(id, cancellationToken) is { IsActive: true } byId)
            {
                return byId;
            }

            var named = await groups.ListAsync(accountId, name.Value, cancellationToken);
            return named.Count > 0 ? named[0] : null;
        }
    }

    private async Task<ResourceGroup> SettleAsync(string id, string name, CancellationToken cancellationToken) =>
        await waiting.ForAsync($"resource group {name} to be found", options.CurrentValue.ConsistentWithin, () => groups.FindAsync(id, cancellationToken), cancellationToken)
        ?? throw new DiagnosticException(
            DiagnosticCode.ResourceGroupBlocked,
            name,
            $"the resource group was made, but is not found after {options.CurrentValue.ConsistentWithin.TotalSeconds:0} s",
            "Run again with the same run id: it goes on with this group.");

    private async Task<IReadOnlyList<ResourceGroup>> FindOursAsync(LedgerItem item, string accountId, CancellationToken cancellationToken)
    {
        if (item.Id is { } id)
        {
            return await groups.FindAsync(id, cancellationToken) is { IsActive: true } group ? [group] : [];
        }

        var named = await groups.ListAsync(accountId, item.Name, cancellationToken);
        return [.. named.Where(group => item.MayHaveMade(group.CreatedAt))];
    }

    private async Task CheckEmptyAsync(ResourceGroup group, string name, CancellationToken cancellationToken)
    {
        var active = await instances.ListInstancesOfGroupAsync(group.Id, null, cancellationToken);
        var pending = await instances.ListInstancesOfGroupAsync(group.Id, "pending_reclamation", cancellationToken);
        if (active.Concat(pending).ToList() is { Count: > 0 } inside)
        {
            throw InUse(name, $"it holds {string.Join(", ", inside.Select(instance => $"{instance.Name} ({instance.State})"))}");
        }
    }

    private async Task DeleteAsync(ResourceGroup group, string name, CancellationToken cancellationToken)
    {
        CloudApiException? refused = null;
        var deleted = await waiting.UntilAsync($"resource group {name} to let go of what was in it", options.CurrentValue.ReclaimedWithin, async () =>
        {
            try
            {
                await groups.DeleteAsync(group.Id, cancellationToken);
                return true;
            }
            catch (CloudApiException exception) when (exception.Status is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden))
            {
                refused = exception;
                return false;
            }
        }, cancellationToken);
        if (!deleted)
        {
            throw InUse(name, refused?.Text.TrimEnd('.') ?? "no reason given", refused);
        }
    }

    private static DiagnosticException InUse(string name, string why, Exception? inner = null) => new(
        DiagnosticCode.ResourceGroupInUse,
        name,
        $"the resource group cannot be deleted: {why}",
        $"See `ibmcloud resource service-instances --type all -g {name}` and `ibmcloud resource reclamations`, then `ibmcloud resource group-delete {name}`.",
        inner);
}
