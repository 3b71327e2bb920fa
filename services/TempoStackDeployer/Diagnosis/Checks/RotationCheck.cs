using TempoCos.Doctor;
using TempoCos.TempoStackDeployer.Diagnosis.Facts;

namespace TempoCos.TempoStackDeployer.Diagnosis.Checks;

/// <summary>Whether every container has the Secret as it is now: the operator restarts nothing when only the Secret has changed.</summary>
internal sealed class RotationCheck : StackCheck
{
    public override CheckDescription Description { get; } = new("TC303", "rotation", "Comparing the Secret's age with the pods'");

    public override Finding Examine(StackFacts facts)
    {
        if (facts.Secret is not { Unreadable: null } secret)
        {
            return Finding.Skip(facts.Secret?.Unreadable ?? "the stack names no storage Secret");
        }

        if (secret.Uses.Count == 0)
        {
            return Finding.Skip("no container takes anything from the storage Secret");
        }

        var fix = $"Replace the pods: `kubectl -n {facts.Namespace} rollout restart deployment,statefulset -l app.kubernetes.io/instance={facts.Name}`, then revoke the old key.";
        if (secret.Uses.Where(use => use.HasOtherKey).Select(use => use.Pod).ToList() is { Count: > 0 } others)
        {
            return Finding.Fail($"{others.Count} pods hold another key than the Secret {secret.Name}: {string.Join(", ", others)}", fix);
        }

        if (secret.Changed is not { } changed)
        {
            return Finding.Skip($"the API server does not say when the Secret {secret.Name} was changed");
        }

        // Both are times of the cluster, in whole seconds.
        var before = secret.Uses.Where(use => use.Started < changed).Select(use => use.Pod).ToList();
        return (before.Count > 0
            ? Finding.Fail($"the Secret {secret.Name} was changed after {before.Count} of {secret.Uses.Count} pods started, which still use what it had before: {string.Join(", ", before)}", fix)
            : Finding.Pass($"all {secret.Uses.Count} pods that use the Secret {secret.Name} started after its last change"))
            .With("secret_changed", $"{changed:u}")
            .With("oldest_start", $"{secret.Uses.Min(use => use.Started):u}");
    }
}
