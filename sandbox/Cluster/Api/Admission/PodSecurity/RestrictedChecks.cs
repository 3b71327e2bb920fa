using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Admission.PodSecurity;

/// <summary>The level that leaves a pod only what it needs.</summary>
public static class RestrictedChecks
{
    private static readonly string[] VolumeTypes = ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected", "secret"];

    public static IReadOnlyList<PodSecurityCheck> All { get; } =
    [
        Check("allowPrivilegeEscalation", Escalation) with { Since = 8, Until = 25 },
        Check("allowPrivilegeEscalation", OnLinux(Escalation)) with { Since = 25 },
        Check("capabilities_restricted", DroppedCapabilities) with { Since = 22, Until = 25, Replaces = "capabilities_baseline" },
        Check("capabilities_restricted", OnLinux(DroppedCapabilities)) with { Since = 25, Replaces = "capabilities_baseline" },
        Check("procMount_restricted", BaselineChecks.ProcMount) with { Since = 35, Replaces = "procMount" },
        Check("restrictedVolumes", Volumes) with { Replaces = "hostPathVolumes" },
        Check("runAsNonRoot", NonRoot) with { Until = 35 },
        Check("runAsNonRoot", pod => pod.HasOwnUsers ? null : NonRoot(pod)) with { Since = 35 },
        Check("runAsUser", User) with { Since = 23, Until = 35 },
        Check("runAsUser", pod => pod.HasOwnUsers ? null : User(pod)) with { Since = 35 },
        Check("seccompProfile_restricted", Seccomp) with { Since = 19, Until = 25, Replaces = "seccompProfile_baseline" },
        Check("seccompProfile_restricted", OnLinux(Seccomp)) with { Since = 25, Replaces = "seccompProfile_baseline" },
    ];

    private static PodSecurityCheck Check(string name, Func<PodView, PodSecurityViolation?> find) => new(name, find);

    private static Func<PodView, PodSecurityViolation?> OnLinux(Func<PodView, PodSecurityViolation?> find) => pod => pod.IsWindows ? null : find(pod);

    private static PodSecurityViolation? Escalation(PodView pod)
    {
        var bad = pod.Named(one => one.At("securityContext", "allowPrivilegeEscalation") is not { } allowed || allowed.Flag());
        return bad.Count == 0 ? null : new("allowPrivilegeEscalation != false", $"{PodView.Of(bad)} must set securityContext.allowPrivilegeEscalation=false");
    }

    private static PodSecurityViolation? DroppedCapabilities(PodView pod)
    {
        var keep = pod.Named(one => !one.Texts("securityContext", "capabilities", "drop").Contains("ALL"));
        var add = pod.Named(one => Added(one).Any());
        List<string> what =
        [
            .. keep.Count == 0 ? [] : (string[])[$"{PodView.Of(keep)} must set securityContext.capabilities.drop=[\"ALL\"]"],
            .. add.Count == 0 ? [] : (string[])[$"{PodView.Of(add)} must not include {PodView.Sorted(pod.Containers.SelectMany(Added))} in securityContext.capabilities.add"],
        ];
        return what.Count == 0 ? null : new("unrestricted capabilities", string.Join("; ", what));

        static IEnumerable<string> Added(JsonObject one) => one.Texts("securityContext", "capabilities", "add").Where(name => name != "NET_BIND_SERVICE");
    }

    private static PodSecurityViolation? Volumes(PodView pod)
    {
        var bad = pod.Specification.Objects("volumes").Where(volume => !VolumeTypes.Any(type => volume.At(type) is not null)).ToList();
        List<string> types = [.. bad.Select(volume => volume.FirstOrDefault(field => field.Key != "name" && field.Value is not null).Key ?? "unknown").Distinct()];
        return bad.Count == 0 ? null : new("restricted volume types",
            $"volume{(bad.Count == 1 ? "" : "s")} {PodView.Quoted(bad.Select(PodView.Name))} use{(bad.Count == 1 ? "s" : "")} restricted volume type{(types.Count == 1 ? "" : "s")} {PodView.Sorted(types)}");
    }

    private static PodSecurityViolation? NonRoot(PodView pod)
    {
        const string Reason = "runAsNonRoot != true";
        var own = pod.Security.At("runAsNonRoot");
        var bad = pod.Named(one => one.At("securityContext", "runAsNonRoot") is { } given && !given.Flag());
        if (PodView.Setters(own is not null && !own.Flag(), bad) is { } setters)
        {
            return new(Reason, $"{setters} must not set securityContext.runAsNonRoot=false");
        }

        var silent = own.Flag() ? [] : pod.Named(one => one.At("securityContext", "runAsNonRoot") is null);
        return silent.Count == 0 ? null : new(Reason, $"pod or {PodView.Of(silent)} must set securityContext.runAsNonRoot=true");
    }

    private static PodSecurityViolation? User(PodView pod) =>
        PodView.Setters(pod.Security.Number("runAsUser") == 0, pod.Named(one => one.Number("securityContext", "runAsUser") == 0)) is not { } setters ? null
            : new("runAsUser=0", $"{setters} must not set runAsUser=0");

    private static PodSecurityViolation? Seccomp(PodView pod)
    {
        const string Reason = "seccompProfile";
        if (BaselineChecks.Seccomp(pod) is { } violation)
        {
            return violation;
        }

        var silent = pod.Security.At(Reason) is not null ? [] : pod.Named(one => one.At("securityContext", Reason) is null);
        return silent.Count == 0 ? null : new(Reason, $"pod or {PodView.Of(silent)} must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\"");
    }
}
