using TempoCos.Contracts;
using TempoCos.CosProvisioner.ResourceController;
using TempoCos.CosProvisioner.Steps;
using TempoCos.Doctor;

namespace TempoCos.CosProvisioner.Doctor;

/// <summary>Whether an instance of the asked plan can be made: an account has one lite instance at most.</summary>
internal sealed class PlanCheck(ResourceControllerClient controller) : CloudCheck
{
    private const string Lite = "lite";

    public override CheckDescription Description { get; } = new(DiagnosticCode.PlanUnavailable, "plan", "Looking at the plan of the service instance");

    public override async Task<Finding> RunAsync(CloudExamination examination, CancellationToken cancellationToken)
    {
        var plan = RunPlan.From(examination.Asked).ServicePlan;
        var instances = await controller.ListObjectStoragesAsync(cancellationToken);
        var lite = instances.FirstOrDefault(instance => instance.IsLive && instance.ResourcePlanId is { } id && ServicePlan.OfId(id).Name == Lite);
        if (plan.Name == Lite && !examination.HasRun && lite is not null)
        {
            return Finding.Fail($"the account has a service instance of the plan lite already ({lite.Name}), and may have no other", "Leave --plan out for the plan standard, or adopt that instance.");
        }

        return plan.Name == Lite
            ? Finding.Warn("the plan lite is limited in size, and IBM has retired it", "Leave --plan out for the plan standard.")
            : Finding.Pass($"the plan is {plan.Name}").With("plan", plan.Id);
    }
}
