using TempoCos.CosProvisioner.ResourceController;
using TempoCos.Doctor;

namespace TempoCos.CosProvisioner.Doctor;

/// <summary>What would keep the run's resource group: instances of others in it, or one that is locked.</summary>
internal sealed class ResourceGroupCheck(ResourceControllerClient controller) : CloudCheck
{
    public override CheckDescription Description { get; } = new(DiagnosticCode.ResourceGroupInUse, "resource-group", "Looking for what would keep the run's resource group");

    public override bool IsAdvisory => true;

    public override async Task<Finding> RunAsync(CloudExamination examination, CancellationToken cancellationToken)
    {
        if (examination.OwnGroup is not { Id: { } groupId } group)
        {
            return Finding.Pass("the run has no resource group of its own: the one it uses stays");
        }

        var inside = (await controller.ListInstancesOfGroupAsync(groupId, null, cancellationToken))
            .Concat(await controller.ListInstancesOfGroupAsync(groupId, "pending_reclamation", cancellationToken))
            .ToList();
        var strangers = inside.Where(instance => !examination.Instances.Contains(instance.Guid)).ToList();
        var locked = inside.FirstOrDefault(instance => instance.Locked);
        return strangers.Count > 0
            ? Finding.Warn(
                $"the resource group {group.Name} holds what is not the run's, and cannot be deleted with it: {string.Join(", ", strangers.Select(instance => $"{instance.Name} ({instance.State})"))}",
                $"Move or delete them: `ibmcloud resource service-instances --type all -g {group.Name}`.")
            : locked is not null
                ? Finding.Warn($"the service instance {locked.Name} is locked, and cannot be deleted", $"`ibmcloud resource service-instance-unlock {locked.Guid}`")
                : Finding.Pass($"nothing but the run's own is in the resource group {group.Name}");
    }
}
