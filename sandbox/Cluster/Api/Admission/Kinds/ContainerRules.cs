using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Admission.Kinds;

/// <summary>The containers of a pod.</summary>
public static class ContainerRules
{
    private const string OnlySidecars = "may not be set for init containers without restartPolicy=Always";

    private static readonly string[] Paths =
        ["metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"];

    public static void Check(Field specification, HashSet<string> volumes)
    {
        var containers = specification["containers"];
        var grace = specification["terminationGracePeriodSeconds"].Number;
        var names = new HashSet<string>();
        if (containers.Demand())
        {
            foreach (var container in containers.Items)
            {
                Common(container, volumes);
                if (!names.Add(container["name"].Text))
                {
                    container["name"].Duplicate();
                }

                ProbeRules.Check(container, grace);
                container["restartPolicy"].OneOf("Always", "Never", "OnFailure");
            }
        }

        foreach (var container in specification["initContainers"].Items)
        {
            Common(container, volumes);
            container["restartPolicy"].OneOf("Always", "Never", "OnFailure");
            if (!names.Add(container["name"].Text) && container["name"].Text.Length > 0)
            {
                container["name"].Duplicate();
            }

            if (container["restartPolicy"].Text == "Always")
            {
                ProbeRules.Check(container, grace);
                continue;
            }

            foreach (var part in ((string[])["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"]).Where(part => container[part].IsSet))
            {
                container[part].Forbidden(OnlySidecars);
            }
        }

        if (specification["hostNetwork"].Value.Flag())
        {
            foreach (var port in containers.Items.SelectMany(container => container["ports"].Items).Where(port => port["hostPort"].Number is not null and not 0 && port["hostPort"].Number != port["containerPort"].Number))
            {
                port["hostPort"].Invalid("must match `containerPort` when `hostNetwork` is true");
            }
        }
    }

    private static void Common(Field container, HashSet<string> volumes)
    {
        container["name"].DemandSpelled(Words.Label);
        container["image"].Demand();
        container["terminationMessagePolicy"].OneOf("File", "FallbackToLogsOnError");
        Ports(container["ports"]);
        Variables(container["env"]);
        foreach (var source in container["envFrom"].Items)
        {
            Sources(source, container["envFrom"]);
        }

        Mounts(container["volumeMounts"], volumes);
        container["imagePullPolicy"].OneOf("Always", "IfNotPresent", "Never");
        ResourceRules.Check(container["resources"]);
        Security(container["securityContext"]);
    }

    private static void Ports(Field ports)
    {
        var names = new HashSet<string>();
        foreach (var port in ports.Items)
        {
            var before = ports.Errors.Count;
            port["name"].Spelled(Words.PortName);
            if (port["name"].Text.Length > 0 && ports.Errors.Count == before && !names.Add(port["name"].Text))
            {
                port["name"].Duplicate();
            }

            if (port["containerPort"].Number is null or 0)
            {
                port["containerPort"].Required();
            }
            else
            {
                port["containerPort"].Port();
            }

            if (port["hostPort"].Number is not (null or 0))
            {
                port["hostPort"].Port();
            }

            port["protocol"].OneOf(ServiceRules.Protocols);
        }
    }

    private static void Variables(Field variables)
    {
        foreach (var variable in variables.Items)
        {
            variable["name"].DemandSpelled(Words.Variable);
            if (variable["valueFrom"] is not { IsSet: true } from)
            {
                continue;
            }

            List<string> sources = [.. ((string[])["fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef"]).Where(source => from[source].IsSet)];
            foreach (var source in sources.Where(source => source is "configMapKeyRef" or "secretKeyRef").Select(source => from[source]))
            {
                foreach (var wrong in Words.Subdomain(source["name"].Text))
                {
                    source["name"].Showing(source["name"].Text).Invalid(wrong);
                }

                source["key"].DemandSpelled(Words.DataKey);
            }

            var path = from["fieldRef"]["fieldPath"];
            if (sources.Contains("fieldRef") && path.Demand() && !Paths.Contains(path.Text) && !IsEntry(path.Text))
            {
                path.Invalid($"error converting fieldPath: field label not supported: {path.Text}");
            }

            var why = sources.Count == 0 ? "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"
                : variable["value"].Text.Length > 0 ? "may not be specified when `value` is not empty"
                : sources.Count > 1 ? "may not have more than one field specified at a time" : null;
            if (why is not null)
            {
                from.Showing("").Invalid(why);
            }
        }
    }

    private static bool IsEntry(string path) =>
        (path.StartsWith("metadata.labels['", StringComparison.Ordinal) || path.StartsWith("metadata.annotations['", StringComparison.Ordinal)) && path.EndsWith("']", StringComparison.Ordinal);

    private static void Sources(Field source, Field all)
    {
        source["prefix"].Spelled(Words.Variable);
        List<string> given = [.. ((string[])["configMapRef", "secretRef"]).Where(kind => source[kind].IsSet)];
        foreach (var kind in given)
        {
            source[kind]["name"].DemandSpelled(Words.Subdomain);
        }

        if (given.Count != 1)
        {
            all.Showing("").Invalid(given.Count == 0 ? "must specify one of: `configMapRef` or `secretRef`" : "may not have more than one field specified at a time");
        }
    }

    private static void Mounts(Field mounts, HashSet<string> volumes)
    {
        var paths = new HashSet<string>();
        foreach (var mount in mounts.Items)
        {
            mount["name"].Demand();
            if (!volumes.Contains(mount["name"].Text))
            {
                mount["name"].Showing(mount["name"].Text).NotFound();
            }

            mount["mountPath"].Demand();
            if (!paths.Add(mount["mountPath"].Text))
            {
                mount["mountPath"].Invalid("must be unique");
            }

            // Named without their place in the list.
            VolumeRules.LocalPath(mounts["subPath"].Showing(mount["subPath"].Value));
        }
    }

    private static void Security(Field security)
    {
        foreach (var id in ((string[])["runAsUser", "runAsGroup"]).Select(name => security[name]))
        {
            id.Identity();
        }

        if (security["allowPrivilegeEscalation"] is { IsSet: true } escalation && !escalation.Value.Flag())
        {
            if (security["privileged"].Value.Flag())
            {
                security.Invalid("cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
            }

            foreach (var capability in security["capabilities"]["add"].Items.Where(capability => capability.Text == "CAP_SYS_ADMIN"))
            {
                security.Invalid("cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN");
            }
        }
    }
}
