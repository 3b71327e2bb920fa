using System.Text.RegularExpressions;
using TempoCos.Doctor;
using TempoCos.TempoStackDeployer.Diagnosis.Facts;
using TempoCos.TempoStackDeployer.Readiness;

namespace TempoCos.TempoStackDeployer.Diagnosis.Checks;

/// <summary>Whether the storage Secret has what operator and Tempo take from it, and whether Tempo may write its volume.</summary>
internal sealed partial class SecretAndVolumeCheck : StackCheck
{
    public override CheckDescription Description { get; } = new(Codes.SecretOrVolume, "secret-and-volume", "Reading the storage Secret, and logs for a volume that may not be written");

    public override Finding Examine(StackFacts facts)
    {
        var denied = facts.Components.Select(component => (component.Pod, Line: component.Log.LastOrDefault(line => Denied().IsMatch(line)))).FirstOrDefault(found => found.Line is not null);
        if (denied.Line is not null)
        {
            return Finding.Fail(
                $"{denied.Pod} may not write its volume: {PodFindings.Cut(Denied().Match(denied.Line).Value)}",
                "Give the pods a security context that the volume goes by (spec.template.COMPONENT.podSecurityContext.fsGroup: 10001), or a storage class that honours fsGroup.").With("log", PodFindings.Cut(denied.Line));
        }

        if (facts.Secret is not { Unreadable: null } secret)
        {
            return Finding.Skip(facts.Secret?.Unreadable ?? "the stack names no storage Secret");
        }

        return (secret.Problem is { } problem
            ? Finding.Fail($"{problem.Reason} ({problem.Value})", problem.Fix)
            : Finding.Pass($"the Secret {secret.Name} has what operator and Tempo take from it, and no log says that a volume may not be written")).With("keys", string.Join(", ", secret.Keys));
    }

    [GeneratedRegex(@"\S+ /var/tempo[^\s:""]*: permission denied")]
    private static partial Regex Denied();
}
