using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using TempoCos.Contracts;

namespace TempoCos.TempoStackDeployer.Manifests;

/// <summary>What the operator's admission would refuse, said before anything is made, in the words of the options. What needs the cluster to be known is not here.</summary>
internal static class OperatorRules
{
    /// <summary>The first rule that the manifest breaks ends the reading of it.</summary>
    public static void Check(StackManifest stack)
    {
        var broken = stack.IsMonolithic ? Monolithic(stack) : Stack(stack);
        if ((broken ?? Tenants(stack)) is { } rule)
        {
            throw new DiagnosticException(Codes.AgainstOperator, rule.Value, $"The operator does not take it: {rule.Reason}", rule.Fix);
        }
    }

    /// <summary>What only OpenShift has and the manifest asks for: the field and its value; null when it asks for nothing.</summary>
    public static (string Field, string Value)? NeedsOpenShift(StackManifest stack) =>
        stack.TenantMode == Tenancy.OpenShift ? (stack.IsMonolithic ? "spec.multitenancy.mode" : "spec.tenants.mode", Tenancy.OpenShift)
        : stack.JaegerIngress == "route" ? (stack.IsMonolithic ? "spec.jaegerui.route.enabled" : "spec.template.queryFrontend.jaegerQuery.ingress.type", "route")
        : stack.HasGateway && stack.Text("spec", "template", "gateway", "ingress", "type") == "route" ? ("spec.template.gateway.ingress.type", "route")
        : null;

    private static Rule? Stack(StackManifest stack)
    {
        var factor = Number(stack.At("spec", "replicationFactor")) ?? (stack.Text("spec", "size") is { } size && size != "1x.demo" ? 2 : 1);
        var quorum = (factor / 2) + 1;
        var ingesters = stack.Replicas("ingester") ?? (stack.Text("spec", "size") is null ? 1 : (int)quorum);
        if (ingesters < quorum)
        {
            return new(
                $"spec.replicationFactor: {factor}", $"a replication factor of {factor} needs at least {quorum} ingesters, and there are {ingesters}",
                $"Add --replicas ingester={Math.Max(quorum, factor)}, or a smaller --replication-factor.");
        }

        if (stack.JaegerIngressAsked.Length > 0 && !stack.HasJaeger)
        {
            return new(
                $"spec.template.queryFrontend.jaegerQuery.ingress.type: {stack.JaegerIngressAsked}", "jaeger-query is to be reached from outside and is not enabled",
                "Set spec.template.queryFrontend.jaegerQuery.enabled=true, or --ingress none.");
        }

        if (stack.HasJaeger && stack.Flag("spec", "template", "queryFrontend", "jaegerQuery", "monitorTab", "enabled")
            && string.IsNullOrEmpty(stack.Text("spec", "template", "queryFrontend", "jaegerQuery", "monitorTab", "prometheusEndpoint")))
        {
            return new("spec.template.queryFrontend.jaegerQuery.monitorTab.prometheusEndpoint", "the monitor tab needs a Prometheus", "Set the endpoint, or leave the tab out.");
        }

        if (stack.Flag("spec", "template", "metricsGenerator", "enabled") && stack.At("spec", "template", "metricsGenerator", "remoteWriteURLs") is not JsonArray { Count: > 0 })
        {
            return new("spec.template.metricsGenerator.remoteWriteURLs", "the metrics generator needs somewhere to write to", "Add --remote-write-url URL.");
        }

        if (stack.Text("spec", "observability", "tracing", "sampling_fraction") is { Length: > 0 } fraction
            && !double.TryParse(fraction, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
        {
            return new($"spec.observability.tracing.sampling_fraction: {fraction}", "it is not a number", "Write a number from 0 to 1, in quotes.");
        }

        if (stack.At("spec", "limits", "global", "query", "maxSearchBytesPerTrace") is not null)
        {
            return new("spec.limits.global.query.maxSearchBytesPerTrace", "the field is deprecated and must not be set", "Take it out.");
        }

        return stack.HasGateway ? Gateway(stack) : null;
    }

    private static Rule? Gateway(StackManifest stack)
    {
        if (stack.JaegerIngressAsked.Length > 0)
        {
            return new(
                $"spec.template.queryFrontend.jaegerQuery.ingress.type: {stack.JaegerIngressAsked}", "with the gateway jaeger-query has no way in of its own; people see it through the gateway",
                "Add --ingress none, or --ingress ingress for the gateway's own.");
        }

        if (stack.HasJaeger && stack.Flag("spec", "template", "gateway", "rbac", "enabled"))
        {
            return new("spec.template.gateway.rbac.enabled: true", "jaeger-query knows nothing of the gateway's RBAC", "Set spec.template.queryFrontend.jaegerQuery.enabled=false, or leave the RBAC out.");
        }

        if (stack.Flag("spec", "template", "distributor", "tls", "enabled"))
        {
            return new("spec.template.distributor.tls.enabled: true", "behind the gateway the distributor has no TLS of its own", "Leave one of the two out.");
        }

        return stack.Tenancy is null ? new("spec.template.gateway.enabled: true", "the gateway needs tenants", "Add --tenant NAME, or leave the gateway out.") : null;
    }

    private static Rule? Monolithic(StackManifest stack)
    {
        if (stack.JaegerIngressAsked.Length > 0 && !stack.HasJaeger)
        {
            return new($"spec.jaegerui.{stack.JaegerIngressAsked}.enabled: true", "the Jaeger UI is to be reached from outside and is not enabled", "Set spec.jaegerui.enabled=true, or --ingress none.");
        }

        if (!stack.Flag("spec", "query", "rbac", "enabled"))
        {
            return null;
        }

        return !stack.IsMultitenant ? new("spec.query.rbac.enabled: true", "RBAC needs multi-tenancy", "Add --tenant NAME, or leave the RBAC out.")
            : stack.HasJaeger ? new("spec.query.rbac.enabled: true", "the Jaeger UI knows nothing of RBAC", "Set spec.jaegerui.enabled=false, or leave the RBAC out.")
            : null;
    }

    private static Rule? Tenants(StackManifest stack)
    {
        if (stack.Tenancy is not { } tenancy)
        {
            return null;
        }

        var path = stack.IsMonolithic ? "spec.multitenancy" : "spec.tenants";
        if (stack.TenantMode == Tenancy.OpenShift)
        {
            return !stack.HasGateway && !stack.IsMonolithic ? new($"{path}.mode: openshift", "tenants of OpenShift need the gateway", "Set spec.template.gateway.enabled=true.")
                : tenancy["authorization"] is not null ? new($"{path}.authorization", "in openshift mode the cluster's own roles count", "Take it out.")
                : (tenancy["authentication"] as JsonArray ?? []).Any(tenant => tenant?["oidc"] is not null) ? new($"{path}.authentication.oidc", "in openshift mode the cluster's own tokens count", "Take it out.")
                : null;
        }

        if (!stack.HasGateway)
        {
            return null;
        }

        foreach (var (field, there) in new[]
        {
            ("authentication", tenancy["authentication"] is JsonArray { Count: > 0 }),
            ("authorization", tenancy["authorization"] is JsonObject),
            ("authorization.roles", tenancy["authorization"]?["roles"] is JsonArray { Count: > 0 }),
            ("authorization.roleBindings", tenancy["authorization"]?["roleBindings"] is JsonArray { Count: > 0 }),
        })
        {
            if (!there)
            {
                return new($"{path}.{field}", "it is required in static mode with the gateway", "Add it, or use --tenant with --tenant-oidc-issuer and --tenant-oidc-secret.");
            }
        }

        return tenancy["authentication"]!.AsArray().FirstOrDefault(tenant => tenant?["oidc"] is not JsonObject) is { } without
            ? new($"{path}.authentication: {without["tenantName"]}", "each tenant needs oidc in static mode", "Give --tenant-oidc-issuer and --tenant-oidc-secret.")
            : null;
    }

    private static long? Number(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue<long>(out var number) ? number : null;

    private sealed record Rule(string Value, string Reason, string Fix);
}
