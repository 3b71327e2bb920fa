using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Operator.Gateway;
using TempoCos.Cluster.Operator.Monolithic;
using TempoCos.Cluster.Operator.Storage;

namespace TempoCos.Cluster.Operator.Admission;

/// <summary>The validating webhook of TempoMonolithic, with its messages.</summary>
public sealed class MonolithicWebhook(ObjectStore store, FeatureGates gates)
{
    public Faults Validate(JsonObject given)
    {
        var tempo = new MonolithicView(given, gates);
        var faults = new Faults();
        Common.Name(faults, tempo.Name);
        Common.Storage(faults, new StorageReader(store, tempo.Namespace, StorageRequest.Of(tempo)));
        var rbac = tempo.Spec("query", "rbac", "enabled").Flag();
        JaegerUi(faults, tempo, rbac);
        Multitenancy(faults, tempo, rbac);
        Observability(faults, tempo);
        if (!tempo.HasOwnServiceAccount)
        {
            if (tempo.HasGateway && tempo.Tenants.Text("mode") == "openshift")
            {
                faults.Invalid("spec.serviceAccount", tempo.ServiceAccount, "custom ServiceAccount is not supported if multi-tenancy with OpenShift mode is enabled");
            }
            else
            {
                Common.ServiceAccount(faults, store, tempo.Namespace, tempo.ServiceAccount);
            }
        }

        Common.Conflict(faults, store, new ObjectKey(BuiltInResources.TempoStacks, tempo.Namespace, tempo.Name), "TempoMonolithic", "TempoStack");
        if (tempo.Spec("extraConfig", "tempo") is JsonObject)
        {
            faults.Warn("overriding Tempo configuration could potentially break the deployment, use it carefully");
        }

        if (tempo.HasJaeger)
        {
            faults.Warn("spec.jaegerui.enabled is deprecated and will be removed in a future release");
        }

        return faults;
    }

    private void JaegerUi(Faults faults, MonolithicView tempo, bool rbac)
    {
        const string Base = "spec.jaegerui";
        if (tempo.JaegerUi.Flag("ingress", "enabled") && !tempo.HasJaeger)
        {
            faults.Invalid($"{Base}.ingress.enabled", true, "Jaeger UI must be enabled to create an ingress for Jaeger UI");
        }
        else if (tempo.JaegerUi.Flag("route", "enabled") && !tempo.HasJaeger)
        {
            faults.Invalid($"{Base}.route.enabled", true, "Jaeger UI must be enabled to create a route for Jaeger UI");
        }
        else if (tempo.JaegerUi.Flag("route", "enabled") && !gates.Routes)
        {
            faults.Invalid($"{Base}.route.enabled", true, "the openshiftRoute feature gate must be enabled to create a route for Jaeger UI");
        }
        else if (rbac && tempo.HasJaeger)
        {
            faults.Invalid("spec.rbac.enabled", true, "cannot enable RBAC and jaeger query at the same time. The Jaeger UI does not support query RBAC");
        }
    }

    private void Multitenancy(Faults faults, MonolithicView tempo, bool rbac)
    {
        if (rbac && !tempo.IsMultitenant)
        {
            faults.Invalid("spec.rbac.enabled", true, "RBAC can only be enabled if multi-tenancy is enabled");
        }
        else if (!tempo.HasGateway)
        {
            if (gates.NoAuthWarning)
            {
                faults.Warn("TempoMonolithic instances without multi-tenancy provide no authentication or authorization on the ingest or query paths, and are not supported on OpenShift");
            }
        }
        else if (TenantReader.Fault(tempo.Tenants, hasGateway: true) is { } fault)
        {
            faults.Invalid("spec.multitenancy.enabled", true, fault);
        }
    }

    private void Observability(Faults faults, MonolithicView tempo)
    {
        const string Base = "spec.observability";
        var metrics = tempo.Spec("observability", "metrics");
        var (monitors, rules) = (metrics.Flag("serviceMonitors", "enabled"), metrics.Flag("prometheusRules", "enabled"));
        if (monitors && !gates.PrometheusOperator)
        {
            faults.Invalid($"{Base}.metrics.serviceMonitors.enabled", true, "the prometheusOperator feature gate must be enabled to create ServiceMonitors for Tempo components");
        }
        else if (rules && !gates.PrometheusOperator)
        {
            faults.Invalid($"{Base}.metrics.prometheusRules.enabled", true, "the prometheusOperator feature gate must be enabled to create PrometheusRules for Tempo components");
        }
        else if (rules && !monitors)
        {
            faults.Invalid($"{Base}.metrics.prometheusRules.enabled", true, "serviceMonitors must be enabled to create PrometheusRules (the rules alert based on collected metrics)");
        }
        else if (tempo.Spec("observability", "grafana", "dataSource", "enabled").Flag())
        {
            if (!gates.GrafanaOperator)
            {
                faults.Invalid($"{Base}.grafana.dataSource.enabled", true, "the grafanaOperator feature gate must be enabled to create a data source for Tempo");
            }
            else if (tempo.HasGateway)
            {
                faults.Invalid($"{Base}.grafana.dataSource.enabled", true, "creating a data source for Tempo is not support if the gateway is enabled");
            }
        }
    }
}
