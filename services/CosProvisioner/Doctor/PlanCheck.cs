using TempoCos.CosProvisioner.Steps;
using TempoCos.Doctor;

namespace TempoCos.CosProvisioner.Doctor;

/// <summary>Whether service instances of the asked plan are still made. What else the broker may refuse shows only when one is made.</summary>
internal sealed class PlanCheck : CloudCheck
{
    private const string Lite = "lite";

    public override CheckDescription Description { get; } = new(DiagnosticCode.PlanUnavailable, "plan", "Looking at the plan of the service instance");

    public override Task<Finding> RunAsync(CloudExamination examination, CancellationToken cancellationToken)
    {
        var plan = RunPlan.From(examination.Asked).ServicePlan;
        return Task.FromResult(plan.Name != Lite || examination.HasRun
            ? Finding.Pass($"the plan is {plan.Name}").With("plan", plan.Id)
            : Finding.Fail(
                "IBM makes no service instances of the plan lite any more, and ended those that there were in December 2024",
                "Leave --plan out for the plan standard."));
    }
}
