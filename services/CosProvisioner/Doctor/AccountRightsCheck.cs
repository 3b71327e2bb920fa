using TempoCos.CosProvisioner.ResourceController;
using TempoCos.Doctor;

namespace TempoCos.CosProvisioner.Doctor;

/// <summary>The owner of the API key may look at what a run makes; what it may make shows only when it is made.</summary>
internal sealed class AccountRightsCheck(ResourceManagerClient groups, ResourceControllerClient controller) : CloudCheck
{
    public override CheckDescription Description { get; } = new(DiagnosticCode.CloudForbids, "account-rights", "Listing resource groups, service instances and keys");

    public override async Task<Finding> RunAsync(CloudExamination examination, CancellationToken cancellationToken)
    {
        await groups.ListAsync(examination.AccountId, "tempocos", cancellationToken);
        var instances = await controller.ListAllInstancesAsync(null, cancellationToken);
        foreach (var guid in examination.Instances)
        {
            await controller.ListKeysAsync(guid, "tempocos", cancellationToken);
        }

        return Finding.Pass("the API key may list resource groups, service instances and their keys").With("object_storage_instances", $"{instances.Count}");
    }
}
