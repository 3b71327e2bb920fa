using System.Globalization;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Admission.PodSecurity;

/// <summary>The level that keeps pods from known ways out of them.</summary>
public static class BaselineChecks
{
    private const string AppArmorAnnotation = "container.apparmor.security.beta.kubernetes.io/";
    private const string SeccompAnnotation = "container.seccomp.security.alpha.kubernetes.io/";
    private const string SeccompPodAnnotation = "seccomp.security.alpha.kubernetes.io/pod";

    private static readonly string[] Capabilities =
        ["AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"];

    private static readonly string[] Types = ["", "container_t", "container_init_t", "container_kvm_t"];
    private static readonly string[] Hooks = ["livenessProbe", "readinessProbe", "startupProbe"];

    /// <summary>The settings of the kernel that are a pod's own, and the version from which each is known to be.</summary>
    private static readonly Dictionary<string, int> Sysctls = new()
    {
        ["kernel.shm_rmid_forced"] = 0,
        ["net.ipv4.ip_local_port_range"] = 0,
        ["net.ipv4.tcp_syncookies"] = 0,
        ["net.ipv4.ping_group_range"] = 0,
        ["net.ipv4.ip_unprivileged_port_start"] = 0,
        ["net.ipv4.ip_local_reserved_ports"] = 27,
        ["net.ipv4.tcp_keepalive_time"] = 29,
        ["net.ipv4.tcp_fin_timeout"] = 29,
        ["net.ipv4.tcp_keepalive_intvl"] = 29,
        ["net.ipv4.tcp_keepalive_probes"] = 29,
        ["net.ipv4.tcp_rmem"] = 32,
        ["net.ipv4.tcp_wmem"] = 32,
    };

    public static IReadOnlyList<PodSecurityCheck> All { get; } =
    [
        Check("appArmorProfile", AppArmor),
        Check("capabilities_baseline", AddedCapabilities),
        Check("hostNamespaces", HostNamespaces),
        Check("hostPathVolumes", HostPaths),
        Check("hostPorts", HostPorts),
        Check("hostProbesAndHostLifecycle", HostProbes) with { Since = 34 },
        Check("privileged", Privileged),
        Check("procMount", ProcMount) with { Until = 35 },
        Check("procMount", pod => pod.HasOwnUsers ? null : ProcMount(pod)) with { Since = 35 },
        Check("seLinuxOptions", pod => SeLinux(pod, Types)) with { Until = 31 },
        Check("seLinuxOptions", pod => SeLinux(pod, [.. Types, "container_engine_t"])) with { Since = 31 },
        Check("seccompProfile_baseline", SeccompByAnnotation) with { Until = 19 },
        Check("seccompProfile_baseline", Seccomp) with { Since = 19 },
        Check("sysctls", pod => KernelSettings(pod, 0)) with { Until = 27 },
        Check("sysctls", pod => KernelSettings(pod, 27)) with { Since = 27, Until = 29 },
        Check("sysctls", pod => KernelSettings(pod, 29)) with { Since = 29, Until = 32 },
        Check("sysctls", pod => KernelSettings(pod, 32)) with { Since = 32 },
        Check("windowsHostProcess", HostProcess),
    ];

    /// <summary>By restricted pods, too, whoever else they are.</summary>
    public static PodSecurityViolation? ProcMount(PodView pod)
    {
        var bad = pod.Containers.Where(one => one.Text("securityContext", "procMount") is not (null or "Default")).ToList();
        return bad.Count == 0 ? null : new("procMount",
            $"{PodView.Of([.. bad.Select(PodView.Name)])} must not set securityContext.procMount to {PodView.Sorted(bad.Select(one => one.Text("securityContext", "procMount")!))}");
    }

    private static bool IsConfined(string? seccomp) => seccomp is "RuntimeDefault" or "Localhost";

    private static PodSecurityCheck Check(string name, Func<PodView, PodSecurityViolation?> find) => new(name, find);

    private static PodSecurityViolation? AppArmor(PodView pod)
    {
        var (own, containers) = Profiles(pod, "appArmorProfile");
        List<string> annotations = [.. pod.Annotations.Where(one => one.Key.StartsWith(AppArmorAnnotation, StringComparison.Ordinal)
            && one.Value is not ("" or "runtime/default") && !one.Value.StartsWith("localhost/", StringComparison.Ordinal)).Select(one => $"{one.Key}=\"{one.Value}\"").Order(StringComparer.Ordinal)];
        List<string> setters = [.. PodView.Setters(own is not null, [.. containers.Select(one => one.Name)]) is { } setter ? [setter] : (string[])[], .. annotations.Count == 0 ? [] : (string[])[$"annotation{(annotations.Count == 1 ? "" : "s")}"]];
        List<string> values = [.. Values(own, containers), .. annotations];
        return setters.Count == 0 ? null : new($"forbidden AppArmor profile{(values.Count == 1 ? "" : "s")}",
            $"{string.Join(" and ", setters)} must not set AppArmor profile type to {PodView.Quoted(values)}");
    }

    private static PodSecurityViolation? AddedCapabilities(PodView pod)
    {
        var bad = pod.Named(one => Foreign(one).Any());
        return bad.Count == 0 ? null : new("non-default capabilities", $"{PodView.Of(bad)} must not include {PodView.Sorted(pod.Containers.SelectMany(Foreign))} in securityContext.capabilities.add");

        static IEnumerable<string> Foreign(JsonObject one) => one.Texts("securityContext", "capabilities", "add").Except(Capabilities);
    }

    private static PodSecurityViolation? HostNamespaces(PodView pod)
    {
        List<string> bad = [.. ((string[])["hostNetwork", "hostPID", "hostIPC"]).Where(field => pod.Specification.Flag(field)).Select(field => $"{field}=true")];
        return bad.Count == 0 ? null : new("host namespaces", string.Join(", ", bad));
    }

    private static PodSecurityViolation? HostPaths(PodView pod)
    {
        List<string> bad = [.. pod.Specification.Objects("volumes").Where(volume => volume.At("hostPath") is not null).Select(PodView.Name)];
        return bad.Count == 0 ? null : new("hostPath volumes", $"volume{(bad.Count == 1 ? "" : "s")} {PodView.Quoted(bad)}");
    }

    private static PodSecurityViolation? HostPorts(PodView pod)
    {
        var bad = pod.Named(one => Ports(one).Any());
        List<string> ports = [.. pod.Containers.SelectMany(Ports).Distinct().Order(StringComparer.Ordinal)];
        return bad.Count == 0 ? null : new("hostPort", $"{PodView.Of(bad)} use{(bad.Count == 1 ? "s" : "")} hostPort{(ports.Count == 1 ? "" : "s")} {string.Join(", ", ports)}");

        static IEnumerable<string> Ports(JsonObject one) =>
            one.Objects("ports").Select(port => port.Number("hostPort") ?? 0).Where(port => port != 0).Select(port => port.ToString(CultureInfo.InvariantCulture));
    }

    private static PodSecurityViolation? HostProbes(PodView pod)
    {
        var bad = pod.Named(one => Hosts(one).Any()).Distinct().Order(StringComparer.Ordinal).ToList();
        List<string> hosts = [.. pod.Containers.SelectMany(Hosts).Distinct().Order(StringComparer.Ordinal)];
        return bad.Count == 0 ? null : new("probe or lifecycle host", $"{PodView.Of(bad)} use{(bad.Count == 1 ? "s" : "")} probe or lifecycle host{(hosts.Count == 1 ? "" : "s")} {PodView.Quoted(hosts)}");

        static IEnumerable<string> Hosts(JsonObject one) =>
            Hooks.Select(hook => one.At(hook)).Append(one.At("lifecycle", "postStart")).Append(one.At("lifecycle", "preStop"))
                .SelectMany(hook => (string?[])[hook.Text("httpGet", "host"), hook.Text("tcpSocket", "host")]).OfType<string>().Where(host => host.Length > 0);
    }

    private static PodSecurityViolation? Privileged(PodView pod)
    {
        var bad = pod.Named(one => one.Flag("securityContext", "privileged"));
        return bad.Count == 0 ? null : new("privileged", $"{PodView.Of(bad)} must not set securityContext.privileged=true");
    }

    private static PodSecurityViolation? SeLinux(PodView pod, string[] types)
    {
        List<JsonNode> options = [.. pod.Containers.Select(one => one.At("securityContext", "seLinuxOptions")).Prepend(pod.Security.At("seLinuxOptions")).OfType<JsonNode>()];
        var setters = PodView.Setters(IsBad(pod.Security.At("seLinuxOptions")), pod.Named(one => IsBad(one.At("securityContext", "seLinuxOptions"))));
        List<string> wrong = [.. options.Select(one => one.Text("type") ?? "").Except(types).Distinct()];
        List<string> what = [.. wrong.Count == 0 ? [] : (string[])[$"type{(wrong.Count == 1 ? "" : "s")} {PodView.Sorted(wrong)}"],
            .. ((string[])["user", "role"]).Where(field => options.Any(one => one.Text(field) is { Length: > 0 })).Select(field => $"{field} may not be set")];
        return setters is null ? null : new("seLinuxOptions", $"{setters} set forbidden securityContext.seLinuxOptions: {string.Join("; ", what)}");

        bool IsBad(JsonNode? one) => one is not null && (!types.Contains(one.Text("type") ?? "") || one.Text("user") is { Length: > 0 } || one.Text("role") is { Length: > 0 });
    }

    private static PodSecurityViolation? SeccompByAnnotation(PodView pod)
    {
        List<string> bad = [.. pod.Containers.Select(one => SeccompAnnotation + PodView.Name(one)).Prepend(SeccompPodAnnotation)
            .Where(name => pod.Annotations.TryGetValue(name, out var value) && value is not ("runtime/default" or "docker/default") && !value.StartsWith("localhost/", StringComparison.Ordinal))
            .Select(name => $"{name}=\"{pod.Annotations[name]}\"").Distinct().Order(StringComparer.Ordinal)];
        return bad.Count == 0 ? null : new("seccompProfile", $"forbidden annotation{(bad.Count == 1 ? "" : "s")} {string.Join(", ", bad)}");
    }

    /// <summary>By restricted pods, too, who also have to say something.</summary>
    public static PodSecurityViolation? Seccomp(PodView pod)
    {
        var (own, containers) = Profiles(pod, "seccompProfile");
        return PodView.Setters(own is not null, [.. containers.Select(one => one.Name)]) is not { } setters ? null
            : new("seccompProfile", $"{setters} must not set securityContext.seccompProfile.type to {PodView.Quoted(Values(own, containers))}");
    }

    private static PodSecurityViolation? KernelSettings(PodView pod, int minor)
    {
        List<string> bad = [.. pod.Security.Objects("sysctls").Select(PodView.Name).Where(name => !Sysctls.TryGetValue(name, out var since) || since > minor)];
        return bad.Count == 0 ? null : new("forbidden sysctls", string.Join(", ", bad));
    }

    private static PodSecurityViolation? HostProcess(PodView pod) =>
        PodView.Setters(pod.Security.Flag("windowsOptions", "hostProcess"), pod.Named(one => one.Flag("securityContext", "windowsOptions", "hostProcess"))) is not { } setters ? null
            : new("hostProcess", $"{setters} must not set securityContext.windowsOptions.hostProcess=true");

    /// <summary>The types of profiles that do not confine, of the pod itself and of its containers.</summary>
    private static (string? Own, List<(string Name, string Type)> Containers) Profiles(PodView pod, string profile)
    {
        return (Bad(pod.Security), [.. pod.Containers.Select(one => (Name: PodView.Name(one), Type: Bad(one.At("securityContext")))).Where(one => one.Type is not null).Select(one => (one.Name, one.Type!))]);

        string? Bad(JsonNode? security) => security.At(profile) is { } given && !IsConfined(given.Text("type")) ? given.Text("type") ?? "" : null;
    }

    private static IEnumerable<string> Values(string? own, List<(string Name, string Type)> containers) =>
        containers.Select(one => one.Type).Concat(own is null ? [] : (string[])[own]).Distinct().Order(StringComparer.Ordinal);
}
