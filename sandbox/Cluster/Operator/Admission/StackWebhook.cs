using System.Globalization;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Operator.Gateway;
using TempoCos.Cluster.Operator.Storage;

namespace TempoCos.Cluster.Operator.Admission;

/// <summary>The validating webhook of TempoStack, with its messages.</summary>
public sealed class StackWebhook(ObjectStore store, FeatureGates gates)
{
    private const string Unset = "this field is deprecated and must be unset";

    public Faults Validate(JsonObject given)
    {
        var stack = new TempoStackView(given, gates);
        var faults = new Faults();
        Common.Name(faults, stack.Name);
        if (stack.ServiceAccount != stack.NameOf(""))
        {
            Common.ServiceAccount(faults, store, stack.Namespace, stack.ServiceAccount);
        }

        Common.Storage(faults, new StorageReader(store, stack.Namespace, StorageRequest.Of(stack)));
        if (stack.Spec("extraConfig", "tempo") is JsonObject)
        {
            faults.Warn("override tempo configuration could potentially break the stack, use it carefully");
        }

        if (stack.Size.Length > 0 && stack.Spec("resources", "total") is not null)
        {
            faults.Warn("both spec.size and spec.resources.total are specified; spec.size takes precedence for resource allocation");
        }

        Replication(faults, stack);
        QueryFrontend(faults, stack);
        Gateway(faults, stack);
        if (TenantReader.Fault(stack.Tenants, stack.HasGateway) is { } fault)
        {
            faults.Invalid("spec.template.tenants", stack.HasGateway, fault);
        }

        Observability(faults, stack);
        Deprecated(faults, stack);
        var tls = stack.Spec("template", "distributor", "tls");
        if (tls.Flag("enabled") && !gates.ServingCertificates && string.IsNullOrEmpty(tls.Text("certName")))
        {
            faults.Invalid("spec.template.distributor.tls.cert", "", "need to specify cert secret name");
        }

        if (stack.HasMetricsGenerator && !stack.Spec("template", "metricsGenerator").Texts("remoteWriteURLs").Any())
        {
            faults.Required("spec.template.metricsGenerator.remoteWriteURLs", "at least one remote write URL is required when the metrics-generator is enabled");
        }

        Common.Conflict(faults, store, new ObjectKey(BuiltInResources.TempoMonolithics, stack.Namespace, stack.Name), "TempoStack", "TempoMonolithic");
        return faults;
    }

    private static void Replication(Faults faults, TempoStackView stack)
    {
        var factor = stack.Spec("replicationFactor").Number() ?? 1;
        var quorum = (factor / 2) + 1;
        if ((stack.Replicas(TempoComponent.Ingester) ?? 1) < quorum)
        {
            faults.Invalid("spec.ReplicationFactor", factor, $"replica factor of {factor} requires at least {quorum} ingester replicas");
        }

        var keys = new HashSet<string>();
        var zones = stack.Spec("replicationZones") as JsonArray ?? [];
        for (var i = 0; i < zones.Count; i++)
        {
            if (!keys.Add(zones[i].Text("topologyKey") ?? ""))
            {
                faults.Duplicate($"spec.replicationZones[{i}].topologyKey", zones[i].Text("topologyKey") ?? "");
                return;
            }
        }
    }

    private void QueryFrontend(Faults faults, TempoStackView stack)
    {
        const string Path = "spec.template.queryFrontend.jaegerQuery.ingress.type";
        var type = stack.JaegerQuery.Text("ingress", "type");
        if (IsOn(type) && !stack.HasJaeger)
        {
            faults.Invalid(Path, type, "Ingress cannot be enabled if jaegerQuery is disabled");
        }
        else if (type == "route" && !gates.Routes)
        {
            faults.Invalid(Path, type, "Please enable the featureGates.openshift.openshiftRoute feature gate to use Routes");
        }
        else if (stack.JaegerQuery.Flag("monitorTab", "enabled") && string.IsNullOrEmpty(stack.JaegerQuery.Text("monitorTab", "prometheusEndpoint")))
        {
            faults.Invalid("spec.template.queryFrontend.jaegerQuery.monitorTab.prometheusEndpoint", "", "Prometheus endpoint must be set when monitoring is enabled");
        }

        if (stack.HasJaeger)
        {
            faults.Warn("spec.template.queryFrontend.jaegerQuery.enabled is deprecated and will be removed in a future release");
        }
    }

    private void Gateway(Faults faults, TempoStackView stack)
    {
        const string Path = "spec.template.gateway.enabled";
        if (!stack.HasGateway)
        {
            if (gates.NoAuthWarning)
            {
                faults.Warn("TempoStack instances without gateway provide no authentication or authorization on the ingest or query paths, and are not supported on OpenShift");
            }

            return;
        }

        var rbac = stack.Spec("template", "gateway", "rbac", "enabled").Flag();
        if (IsOn(stack.JaegerQuery.Text("ingress", "type")))
        {
            faults.Invalid(Path, true, "cannot enable gateway and jaeger query ingress at the same time, please use the Jaeger UI from the gateway");
        }
        else if (rbac && stack.HasJaeger)
        {
            faults.Invalid(Path, true, "cannot enable gateway and jaeger query at the same time. The Jaeger UI does not support query RBAC");
        }
        else if (stack.Tenants is null)
        {
            faults.Invalid(Path, true, "to enable the gateway, please configure tenants");
        }
        else if (stack.Spec("template", "gateway", "ingress", "type").Text() == "route" && !gates.Routes)
        {
            faults.Invalid("spec.template.gateway.ingress.type", "route", "please enable the featureGates.openshift.openshiftRoute feature gate to use Routes");
        }
        else if (stack.Spec("template", "distributor", "tls", "enabled").Flag())
        {
            faults.Invalid(Path, true, "Cannot enable gateway and distributor TLS at the same time");
        }
    }

    private void Observability(Faults faults, TempoStackView stack)
    {
        const string Base = "spec.observability";
        var (metrics, tracing) = (stack.Spec("observability", "metrics"), stack.Spec("observability", "tracing"));
        var (monitors, rules) = (metrics.Flag("createServiceMonitors"), metrics.Flag("createPrometheusRules"));
        if (monitors && !gates.PrometheusOperator)
        {
            faults.Invalid($"{Base}.metrics.createServiceMonitors", true, "the prometheusOperator feature gate must be enabled to create ServiceMonitors for Tempo components");
        }
        else if (rules && !gates.PrometheusOperator)
        {
            faults.Invalid($"{Base}.metrics.createPrometheusRules", true, "the prometheusOperator feature gate must be enabled to create PrometheusRules for Tempo components");
        }
        else if (rules && !monitors)
        {
            faults.Invalid($"{Base}.metrics.createPrometheusRules", true,
                "the Prometheus rules alert based on collected metrics, therefore the createServiceMonitors feature must be enabled when enabling the createPrometheusRules feature");
        }
        else if (tracing.Text("sampling_fraction") is { Length: > 0 } fraction && !double.TryParse(fraction, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
        {
            faults.Invalid($"{Base}.tracing.sampling_fraction", fraction, $"strconv.ParseFloat: parsing \"{fraction}\": invalid syntax");
        }
        else if (tracing.Text("jaeger_agent_endpoint") is { Length: > 0 } agent && AddressFault(agent) is { } fault)
        {
            faults.Invalid($"{Base}.tracing.jaeger_agent_endpoint", agent, $"address {agent}: {fault}");
        }
        else if (stack.Spec("observability", "grafana", "createDatasource").Flag())
        {
            if (!gates.GrafanaOperator)
            {
                faults.Invalid($"{Base}.grafana.createDatasource", true, "the grafanaOperator feature gate must be enabled to create a Datasource for Tempo");
            }
            else if (stack.HasGateway)
            {
                faults.Invalid($"{Base}.grafana.createDatasource", true, "creating a data source for Tempo is not support if the gateway is enabled");
            }
        }
    }

    private static string? AddressFault(string address) =>
        !address.Contains(':', StringComparison.Ordinal) ? "missing port in address"
        : address.Count(':') > 1 && !address.StartsWith('[') ? "too many colons in address" : null;

    private static void Deprecated(Faults faults, TempoStackView stack)
    {
        const string Field = "maxSearchBytesPerTrace";
        if (stack.Spec("limits", "global", "query", Field) is { } old)
        {
            faults.Invalid($"spec.limits.global.query.{Field}", old, Unset);
            return;
        }

        foreach (var (tenant, limits) in stack.Spec("limits", "perTenant") as JsonObject ?? [])
        {
            if (limits.At("query", Field) is { } own)
            {
                faults.Invalid($"spec.limits.perTenant[{tenant}].query.{Field}", own, Unset);
                return;
            }
        }
    }

    private static bool IsOn(string? type) => type is "ingress" or "route";
}
