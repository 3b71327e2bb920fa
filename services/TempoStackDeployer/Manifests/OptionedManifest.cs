using System.Text.Json.Nodes;
using TempoCos.Contracts;

namespace TempoCos.TempoStackDeployer.Manifests;

/// <summary>Writes the typed options of a run into its TempoStack or TempoMonolithic, each where that kind has it; one that a kind has no place for is refused by name.</summary>
internal static class OptionedManifest
{
    /// <summary>The key by which the operator finds an authority in a ConfigMap.</summary>
    private const string AuthorityKey = "service-ca.crt";

    /// <summary>Components by their name on the command line, to where their replicas stand.</summary>
    private static readonly Dictionary<string, string[]> ReplicaPaths = new(StringComparer.Ordinal)
    {
        ["distributor"] = ["distributor", "component", "replicas"],
        ["ingester"] = ["ingester", "replicas"],
        ["querier"] = ["querier", "replicas"],
        ["query-frontend"] = ["queryFrontend", "component", "replicas"],
        ["compactor"] = ["compactor", "replicas"],
        ["gateway"] = ["gateway", "component", "replicas"],
        ["metrics-generator"] = ["metricsGenerator", "component", "replicas"],
    };

    private static readonly string[] Sizes = ["1x.demo", "1x.pico", "1x.extra-small", "1x.small", "1x.medium"];

    /// <summary>The name of the ConfigMap with the authority of the store's certificate.</summary>
    public static string AuthorityName(string stack) => $"{stack}-store-ca";

    /// <returns>An object that the options need beside the stack, or null.</returns>
    public static JsonObject? Apply(StackManifest stack, StackOptions? options)
    {
        if (options is null)
        {
            return null;
        }

        if (stack.IsMonolithic)
        {
            RefuseOnMonolithic(options);
        }

        Sizing(stack, options);
        if (Tenancy.IsAsked(options))
        {
            Tenants(stack, options);
        }

        if (options.Ingress.Length + options.IngressHost.Length > 0)
        {
            Ingress(stack, options);
        }

        if (options.RemoteWriteUrl.Length > 0)
        {
            Set(stack, true, "spec", "template", "metricsGenerator", "enabled");
            Set(stack, new JsonArray(OptionValue.Url("--remote-write-url", options.RemoteWriteUrl)), "spec", "template", "metricsGenerator", "remoteWriteURLs");
        }

        if (options.ExtraConfig.Length > 0)
        {
            var settings = OptionValue.Settings("--extra-config", options.ExtraConfig);
            Set(stack, Merge(stack.At("spec", "extraConfig", "tempo"), settings), "spec", "extraConfig", "tempo");
        }

        return options.StoreCa.Length > 0 ? Authority(stack, options.StoreCa) : null;
    }

    private static void RefuseOnMonolithic(StackOptions options)
    {
        var refused = options switch
        {
            { Replicas.Count: > 0 } => ("--replicas", string.Join(',', options.Replicas.Select(replica => $"{replica.Key}={replica.Value}")), "is not for a TempoMonolithic, which is one pod"),
            { ReplicationFactor: not 0 } => ("--replication-factor", $"{options.ReplicationFactor}", "is not for a TempoMonolithic, which is one pod"),
            { RemoteWriteUrl.Length: > 0 } => ("--remote-write-url", options.RemoteWriteUrl, "is not for a TempoMonolithic: the operator gives it no metrics generator"),
            { TempoImage.Length: > 0 } => ("--tempo-image", options.TempoImage, "is not for a TempoMonolithic: the operator gives it no choice of images"),
            { Size.Length: > 0 } => ("--size", options.Size, "is not for a TempoMonolithic"),
            _ => ("", "", ""),
        };
        if (refused is ({ Length: > 0 } option, var value, var why))
        {
            throw OptionValue.Wrong(option, value, why, $"Leave {option} out, or give a TempoStack.");
        }
    }

    private static void Sizing(StackManifest stack, StackOptions options)
    {
        foreach (var (component, replicas) in options.Replicas.OrderBy(replica => replica.Key, StringComparer.Ordinal))
        {
            OptionValue.OneOf("--replicas", component, ReplicaPaths.Keys);
            if (replicas is < 1 or > 1000)
            {
                throw OptionValue.Wrong("--replicas", $"{component}={replicas}", "is not a number of pods from 1 to 1000", "Write COMPONENT=NUMBER, such as querier=2.");
            }

            Set(stack, (long)replicas, ["spec", "template", .. ReplicaPaths[component]]);
        }

        if (options.ReplicationFactor != 0)
        {
            Set(stack, options.ReplicationFactor > 0 ? (long)options.ReplicationFactor : throw OptionValue.Wrong("--replication-factor", $"{options.ReplicationFactor}", "is not a number above 0", "Write 1, 2 or 3."), "spec", "replicationFactor");
        }

        if (options.Retention is { } retention)
        {
            Set(stack, OptionValue.Duration("--retention", retention), stack.RetentionPath);
        }

        string[] limits = stack.IsMonolithic ? ["spec", "resources", "limits"] : ["spec", "resources", "total", "limits"];
        SetIf(options.Cpu, value => Set(stack, OptionValue.Quantity("--cpu", value), [.. limits, "cpu"]));
        SetIf(options.Memory, value => Set(stack, OptionValue.Quantity("--memory", value), [.. limits, "memory"]));
        string[] volume = stack.IsMonolithic ? ["spec", "storage", "traces"] : ["spec"];
        SetIf(options.StorageClass, value => Set(stack, OptionValue.Name("--volume-class", value), [.. volume, "storageClassName"]));
        SetIf(options.StorageSize, value => Set(stack, OptionValue.Quantity("--volume-size", value), [.. volume, stack.IsMonolithic ? "size" : "storageSize"]));
        SetIf(options.TempoImage, value => Set(stack, OptionValue.Image("--tempo-image", value), "spec", "images", "tempo"));
        SetIf(options.Size, value => Set(stack, OptionValue.OneOf("--size", value, Sizes), "spec", "size"));
    }

    private static void Tenants(StackManifest stack, StackOptions options)
    {
        var tenancy = Tenancy.Of(options);
        if (stack.IsMonolithic)
        {
            tenancy["enabled"] = true;
            Set(stack, Merge(Without(stack.Tenancy, "authentication", "authorization"), tenancy), "spec", "multitenancy");
        }
        else
        {
            Set(stack, tenancy, "spec", "tenants");
            Set(stack, true, "spec", "template", "gateway", "enabled");
        }
    }

    /// <summary>People come in by the gateway where there is one, else by jaeger-query.</summary>
    private static void Ingress(StackManifest stack, StackOptions options)
    {
        var type = options.Ingress.Length > 0 ? OptionValue.OneOf("--ingress", options.Ingress, "ingress", "route", "none") : "";
        var host = options.IngressHost.Length > 0 ? OptionValue.Host("--ingress-host", options.IngressHost) : "";
        if (stack.IsMonolithic)
        {
            if (type.Length > 0)
            {
                DocumentPath.Remove(stack.Document, ["spec", "jaegerui", "ingress"]);
                DocumentPath.Remove(stack.Document, ["spec", "jaegerui", "route"]);
            }

            if (type is "ingress" or "route")
            {
                Set(stack, true, "spec", "jaegerui", type, "enabled");
            }

            var asked = stack.JaegerIngressAsked;
            SetHost(stack, host, asked, "spec", "jaegerui", asked, "host");
            return;
        }

        string[] jaeger = ["spec", "template", "queryFrontend", "jaegerQuery", "ingress"];
        string[] path = stack.HasGateway ? ["spec", "template", "gateway", "ingress"] : jaeger;
        if (type.Length > 0)
        {
            if (stack.HasGateway)
            {
                DocumentPath.Remove(stack.Document, jaeger);
            }

            Set(stack, type, [.. path, "type"]);
        }

        SetHost(stack, host, stack.Text([.. path, "type"]) ?? "", [.. path, "host"]);
    }

    private static void SetHost(StackManifest stack, string host, string type, params string[] path)
    {
        if (host.Length > 0)
        {
            Set(stack, type is "ingress" or "route" ? host : throw OptionValue.Wrong("--ingress-host", host, "is of use with an ingress or a route only", "Add --ingress ingress, or leave the host out."), path);
        }
    }

    private static JsonObject Authority(StackManifest stack, string pem)
    {
        var name = AuthorityName(stack.Name);
        Set(stack, true, [.. stack.StorageTlsPath, "enabled"]);
        Set(stack, name, [.. stack.StorageTlsPath, "caName"]);
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["metadata"] = new JsonObject { ["name"] = name },
            ["data"] = new JsonObject { [AuthorityKey] = OptionValue.Certificates("--store-ca", pem) },
        };
    }

    private static void SetIf(string value, Action<string> set)
    {
        if (value.Length > 0)
        {
            set(value);
        }
    }

    private static void Set(StackManifest stack, JsonNode value, params string[] path) => DocumentPath.Set(stack.Document, path, value);

    private static JsonObject? Without(JsonObject? from, params string[] fields)
    {
        var copy = from?.DeepClone().AsObject();
        foreach (var field in fields)
        {
            copy?.Remove(field);
        }

        return copy;
    }

    private static JsonObject Merge(JsonNode? into, JsonObject settings)
    {
        var result = into is JsonObject existing ? existing.DeepClone().AsObject() : [];
        foreach (var (key, value) in settings)
        {
            result[key] = value is JsonObject section ? Merge(result[key], section) : value?.DeepClone();
        }

        return result;
    }
}
