using TempoCos.CosProvisioner.ObjectStorage;
using TempoCos.CosProvisioner.Steps;
using TempoCos.Doctor;

namespace TempoCos.CosProvisioner.Doctor;

/// <summary>Region, endpoint type and storage class go together, in our table and in the document that IBM publishes.</summary>
internal sealed class LocationCheck(EndpointDirectory endpoints) : CloudCheck
{
    public override CheckDescription Description { get; } = new(DiagnosticCode.RegionUnknown, "location", "Looking region and endpoint type up in the endpoints document");

    public override async Task<Finding> RunAsync(CloudExamination examination, CancellationToken cancellationToken)
    {
        var plan = RunPlan.From(examination.Asked);
        var choice = await endpoints.ChooseAsync(plan.Region, plan.EndpointType, plan.StorageClass, plan.Endpoint, cancellationToken);
        examination.Location = choice.Location;
        var finding = choice.Remark.Length > 0
            ? Finding.Warn(choice.Remark, "A newer version of TempoCos may know better; what the document says is used.")
            : Finding.Pass($"{choice.LocationConstraint} is reached at {choice.Location.Endpoint} ({choice.Location.EndpointType})");
        return finding.With("endpoint", choice.Location.Endpoint).With("location_constraint", choice.LocationConstraint);
    }
}
