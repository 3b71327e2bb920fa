using System.Net;
using Microsoft.Extensions.Options;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.Http;
using TempoCos.CosProvisioner.Ledger;
using TempoCos.CosProvisioner.ResourceController;

namespace TempoCos.CosProvisioner.Steps;

/// <summary>The run's own instance of Cloud Object Storage: a key covers a whole instance, so instances are not shared.</summary>
internal sealed class ServiceInstances(ResourceControllerClient controller, Creation creation, Waiting waiting, IOptionsMonitor<IbmCloudOptions> options)
{
    public async Task<Ensured<ServiceInstance>> EnsureAsync(RunPlan plan, ResourceGroup group, RunLedger ledger, CancellationToken cancellationToken)
    {
        var name = plan.ServiceInstance;
        var known = ledger.Find(LedgerKind.ServiceInstance, name.Value);
        var place = new Dictionary<string, string> { [Place.ResourceGroupId] = group.Id };
        if (name.Derived)
        {
            place[Place.Derived] = "true";
        }

        if (await FindAsync() is { } found)
        {
            if (!name.Derived && known?.Id != found.Guid && known?.MayHaveMade(found.CreatedAt) != true)
            {
                return new Ensured<ServiceInstance>(await UseAsync(found, plan, cancellationToken), IsOurs: false, WasThere: true);
            }

            ledger.Adopt(LedgerKind.ServiceInstance, name.Value, found.Guid, place);
            return new Ensured<ServiceInstance>(await SettleAsync(found, cancellationToken), IsOurs: true, WasThere: true);
        }

        var made = await MakeAsync(plan, group, new LedgerEntryDraft(LedgerKind.ServiceInstance, name.Value, place), FindAsync, ledger, cancellationToken);
        return new Ensured<ServiceInstance>(await SettleAsync(made, cancellationToken), IsOurs: true, WasThere: false);

        async Task<ServiceInstance?> FindAsync()
        {
            if (known?.Id is { } id && await controller.FindInstanceAsync(id, cancellationToken) is { IsLive: true } byId)
            {
                return byId;
            }

            var named = await controller.ListInstancesAsync(group.Id, name.Value, null, cancellationToken);
            return named.FirstOrDefault(instance => instance.IsLive);
        }
    }

    public async Task<bool> IsLiveAsync(string guid, CancellationToken cancellationToken) =>
        await controller.FindInstanceAsync(guid, cancellationToken) is { IsLive: true };

    /// <summary>Deletes it with all that is in it, and its seven days of grace with it. False when there was nothing to remove.</summary>
    public async Task<bool> RemoveAsync(LedgerItem item, string accountId, string runId, CancellationToken cancellationToken)
    {
        var ours = await FindOursAsync(item, cancellationToken);
        foreach (var instance in ours)
        {
            if (instance.IsLive)
            {
                await controller.DeleteInstanceAsync(instance.Guid, cancellationToken);
            }

            await ReclaimAsync(instance, accountId, runId, cancellationToken);
        }

        return ours.Count > 0;
    }

    private async Task<ServiceInstance> MakeAsync(
        RunPlan plan, ResourceGroup group, LedgerEntryDraft entry, Func<Task<ServiceInstance?>> find, RunLedger ledger, CancellationToken cancellationToken)
    {
        try
        {
            return await creation.RunAsync(
                ledger,
                entry,
                find,
                () => controller.CreateInstanceAsync(new NewServiceInstance(entry.Name, "global", group.Id, plan.ServicePlan.Id, plan.Tags), CancellationToken.None),
                instance => instance.Guid,
                cancellationToken);
        }
        catch (CloudApiException refused) when (refused.IsRefusal && (refused.SpeaksOf("plan") || refused.IsBrokerConflict))
        {
            throw new DiagnosticException(
                DiagnosticCode.PlanUnavailable,
                plan.ServicePlan.Name,
                $"IBM Cloud makes no service instance of this plan: {refused.Text.TrimEnd('.')}",
                "Leave --plan out for the plan standard, or adopt an instance that exists with --service-instance NAME --adopt service-instance.",
                refused);
        }
    }

    // Somebody else's, which the request allows to be used.
    private async Task<ServiceInstance> UseAsync(ServiceInstance found, RunPlan plan, CancellationToken cancellationToken)
    {
        if (!plan.Adoption.ServiceInstance)
        {
            throw new DiagnosticException(
                DiagnosticCode.ServiceInstanceTaken,
                plan.ServiceInstance.Value,
                "a service instance of this name exists in the resource group and is not this run's",
                "Add --adopt service-instance to use it, which leaves it there in the end, though the run's key opens every bucket in it; or choose another name, or leave it out.");
        }

        if (found.ResourcePlanId is { } planId)
        {
            ServicePlan.OfId(planId).RequireClass(plan.StorageClass);
        }

        return await SettleAsync(found, cancellationToken);
    }

    private async Task<ServiceInstance> SettleAsync(ServiceInstance instance, CancellationToken cancellationToken)
    {
        var settled = instance.State is "active" ? instance : await waiting.ForAsync(
            $"service instance {instance.Name} to become active",
            options.CurrentValue.ConsistentWithin,
            async () => await controller.FindInstanceAsync(instance.Guid, cancellationToken) is { State: "active" or "failed" } now ? now : null,
            cancellationToken);
        return settled is { State: "active" } ? settled : throw new DiagnosticException(
            DiagnosticCode.ServiceInstanceFailed,
            instance.Name ?? instance.Guid,
            settled is null ? $"the service instance is not active after {options.CurrentValue.ConsistentWithin.TotalSeconds:0} s" : "IBM Cloud failed to make the service instance",
            $"See `ibmcloud resource service-instance {instance.Guid}` for the reason, and destroy the run.");
    }

    private async Task<IReadOnlyList<ServiceInstance>> FindOursAsync(LedgerItem item, CancellationToken cancellationToken)
    {
        var ours = new List<ServiceInstance>();
        if (item.Id is { } id && await controller.FindInstanceAsync(id, cancellationToken) is { IsRemoved: false } byId)
        {
            ours.Add(byId);
        }

        // A creation whose answer was lost may have left another one of the same name.
        if ((item.Id is null || item.Place.ContainsKey(Place.Derived)) && item.Place.TryGetValue(Place.ResourceGroupId, out var groupId))
        {
            foreach (var state in (string?[])[null, "pending_reclamation"])
            {
                var named = await controller.ListInstancesAsync(groupId, item.Name, state, cancellationToken);
                ours.AddRange(named.Where(instance => !instance.IsRemoved && item.MayHaveMade(instance.CreatedAt) && ours.TrueForAll(other => other.Guid != instance.Guid)));
            }
        }

        return ours;
    }

    // The reclamation appears some time after the deletion; without this the data, the bucket's name and the group would stay for seven days.
    private async Task ReclaimAsync(ServiceInstance instance, string accountId, string runId, CancellationToken cancellationToken)
    {
        var what = $"service instance {instance.Name} to be reclaimed";
        var gone = await waiting.UntilAsync(what, options.CurrentValue.ReclaimedWithin, async () =>
        {
            if (await controller.FindInstanceAsync(instance.Guid, cancellationToken) is not { IsRemoved: false } now)
            {
                return true;
            }

            if (now.IsPendingReclamation)
            {
                await ReclaimScheduledAsync(instance.Guid, accountId, runId, cancellationToken);
            }

            return false;
        }, cancellationToken);
        if (!gone)
        {
            throw new DiagnosticException(
                DiagnosticCode.ReclamationPending,
                instance.Guid,
                $"the service instance is deleted but not reclaimed after {options.CurrentValue.ReclaimedWithin.TotalSeconds:0} s; its data and its bucket's name stay reserved",
                "IBM Cloud reclaims it within seven days; sooner with `ibmcloud resource reclamations` and `ibmcloud resource reclamation-delete ID`, or destroy the run again.");
        }
    }

    private async Task ReclaimScheduledAsync(string instanceGuid, string accountId, string runId, CancellationToken cancellationToken)
    {
        var reclamations = await controller.ListReclamationsAsync(accountId, instanceGuid, cancellationToken);
        foreach (var reclamation in reclamations.Where(reclamation => reclamation.IsScheduled))
        {
            try
            {
                await controller.ReclaimAsync(reclamation.Id, runId, cancellationToken);
            }
            catch (CloudApiException exception) when (exception.IsTransient || exception.Status is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
            {
                // Looked at again in the next round.
            }
            catch (EndpointUnreachableException)
            {
                // Likewise: the answer was lost, the state will tell.
            }
        }
    }
}
