using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Kubelet.Volumes;
using TempoCos.Cluster.Network;

namespace TempoCos.Cluster.Kubelet.Containers;

/// <summary>A container's variables: a few of this machine's, the services', the pod's ports, and its own; nothing else.</summary>
public sealed partial class ContainerEnvironment(ObjectStore store, ServiceNetwork network, ApiAddress api)
{
    private static readonly string[] FromMachine = ["PATH", "HOME", "TMPDIR", "TEMP", "TMP", "SystemRoot", "DOTNET_ROOT", "LANG"];

    public Dictionary<string, string> Of(JsonObject pod, JsonObject container, IReadOnlyList<PortMapping> ports)
    {
        var ns = pod.Text("metadata", "namespace")!;
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["HOSTNAME"] = pod.Text("metadata", "name")!,
            ["TEMPOCOS_PARENT_PID"] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
        };
        foreach (var name in FromMachine)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
            {
                environment[name] = value;
            }
        }

        if (api.Value is { } server)
        {
            environment["KUBERNETES_SERVICE_HOST"] = server.Host;
            environment["KUBERNETES_SERVICE_PORT"] = environment["KUBERNETES_SERVICE_PORT_HTTPS"] = server.Port.ToString(CultureInfo.InvariantCulture);
        }

        foreach (var (name, value) in network.Environment(ns))
        {
            environment[name] = value;
        }

        foreach (var port in ports)
        {
            environment[$"PORT_{ServiceNetwork.Variable(port.Name)}"] = port.LocalPort.ToString(CultureInfo.InvariantCulture);
        }

        foreach (var source in container.Objects("envFrom"))
        {
            foreach (var (name, value) in Source(ns, source))
            {
                environment[source.Text("prefix") + name] = value;
            }
        }

        foreach (var variable in container.Objects("env"))
        {
            if (variable.Text("name") is { } name && (variable.Text("value") is { } text ? Expand(text, environment) : Value(pod, container, ns, variable)) is { } value)
            {
                environment[name] = value;
            }
        }

        return environment;
    }

    /// <summary>Whether a variable is passed on from this machine, and not the container's own.</summary>
    public static bool IsOfMachine(JsonObject container, string name) => FromMachine.Contains(name) && container.Objects("env").All(variable => variable.Text("name") != name);

    /// <summary><c>$(NAME)</c> by its value, where there is one; <c>$$(NAME)</c> stays.</summary>
    public static string Expand(string text, IReadOnlyDictionary<string, string> environment) => Reference().Replace(text, match =>
        match.Value.StartsWith("$$", StringComparison.Ordinal) ? match.Value[1..] : environment.GetValueOrDefault(match.Groups[1].Value, match.Value));

    private string? Value(JsonObject pod, JsonObject container, string ns, JsonObject variable)
    {
        if (variable.Text("valueFrom", "fieldRef", "fieldPath") is { } field)
        {
            return PodFields.Field(pod, field);
        }

        if (variable.At("valueFrom", "resourceFieldRef") is { } resource)
        {
            return PodFields.Resource(pod, container, resource);
        }

        if (variable.At("valueFrom", "secretKeyRef") is { } secret)
        {
            return Key(BuiltInResources.Secrets, "secret", ns, secret) is { } encoded ? Decoded(encoded) : null;
        }

        return variable.At("valueFrom", "configMapKeyRef") is { } map ? Key(BuiltInResources.ConfigMaps, "configmap", ns, map) : null;
    }

    private string? Key(string resource, string kind, string ns, JsonNode reference)
    {
        var (name, key) = (reference.Text("name") ?? "", reference.Text("key") ?? "");
        var found = store.Find(new ObjectKey(resource, ns, name))?.ToObject();
        var value = found.Text("data", key);
        return value is not null || reference.Flag("optional") ? value
            : throw new ContainerException("CreateContainerConfigError", found is null ? $"{kind} \"{name}\" not found" : $"couldn't find key {key} in {(kind == "secret" ? "Secret" : "ConfigMap")} {ns}/{name}");
    }

    private IEnumerable<KeyValuePair<string, string>> Source(string ns, JsonObject source)
    {
        var isSecret = source.At("secretRef") is not null;
        var reference = source.At(isSecret ? "secretRef" : "configMapRef");
        if (reference.Text("name") is not { } name)
        {
            return [];
        }

        var found = store.Find(new ObjectKey(isSecret ? BuiltInResources.Secrets : BuiltInResources.ConfigMaps, ns, name))?.ToObject();
        if (found is null && !reference.Flag("optional"))
        {
            throw new ContainerException("CreateContainerConfigError", $"{(isSecret ? "secret" : "configmap")} \"{name}\" not found");
        }

        return found.TextMap("data").Select(entry => KeyValuePair.Create(entry.Key, isSecret ? Decoded(entry.Value) : entry.Value));
    }

    private static string Decoded(string encoded) => Encoding.UTF8.GetString(Convert.FromBase64String(encoded));

    [GeneratedRegex(@"\$?\$\(([A-Za-z_][A-Za-z0-9_.-]*)\)")]
    private static partial Regex Reference();
}
