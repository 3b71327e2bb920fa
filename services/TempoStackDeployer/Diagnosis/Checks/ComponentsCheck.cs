using TempoCos.Doctor;
using TempoCos.TempoStackDeployer.Diagnosis.Facts;
using TempoCos.TempoStackDeployer.Readiness.Causes;

namespace TempoCos.TempoStackDeployer.Diagnosis.Checks;

/// <summary>Whether every pod is ready, and if not, what comes first: who does not run cannot be asked anything else.</summary>
internal sealed class ComponentsCheck : StackCheck
{
    public override CheckDescription Description { get; } = new(Codes.NotReady, "components", "Looking whether every pod is ready");

    public override Finding Examine(StackFacts facts)
    {
        if (facts.Components.Count == 0)
        {
            return Finding.Fail("there is no pod of it", $"See what its status says, and that the operator runs: `kubectl -n {facts.Namespace} describe` it.");
        }

        var troubled = facts.Components.Where(component => component.Trouble is not null).OrderBy(component => component.Trouble!.Depth).ToList();
        if (troubled is [{ Trouble: { } first, Pod: var pod }, .. var others])
        {
            var message = $"{pod} is not ready: {first.Reason.TrimEnd('.')} ({first.Code})";
            return (first.Depth < CauseDepth.Unready ? Finding.Fail(message, first.Fix) : Finding.Warn(message, first.Fix))
                .With(others.Select(other => KeyValuePair.Create(other.Pod, $"{other.Trouble!.Reason.TrimEnd('.')} ({other.Trouble.Code})")));
        }

        return facts.Components.All(component => component.IsReady)
            ? Finding.Pass($"all {facts.Components.Count} pods are ready")
            : Finding.Skip(facts.Unreachable([.. facts.Components.Select(component => component.Component)]));
    }
}
