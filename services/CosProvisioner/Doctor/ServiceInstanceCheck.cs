using TempoCos.CosProvisioner.ResourceController;
using TempoCos.Doctor;

namespace TempoCos.CosProvisioner.Doctor;

/// <summary>The run's service instance is there and active.</summary>
internal sealed class ServiceInstanceCheck(ResourceControllerClient controller) : CloudCheck
{
    public override CheckDescription Description { get; } = new(DiagnosticCode.ServiceInstanceFailed, "service-instance", "Looking at the run's service instance");

    public override async Task<Finding> RunAsync(CloudExamination examination, CancellationToken cancellationToken)
    {
        foreach (var guid in examination.Instances)
        {
            var instance = await controller.FindInstanceAsync(guid, cancellationToken);
            if (instance is not { State: "active" })
            {
                return Finding.Fail(
                    $"the run's service instance {instance?.Name ?? guid} is {instance?.State ?? "gone"}: Tempo reads and writes nothing any more", "Destroy the run and run again; a deleted instance can be restored for seven days: ibmcloud resource reclamation-restore.")
                    .With("state", instance?.State ?? "not found");
            }
        }

        return Finding.Pass("the run's service instance is active");
    }
}
