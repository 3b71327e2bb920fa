using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers;
using TempoCos.Cluster.Operator.Certificates;
using TempoCos.Cluster.Operator.Gateway;
using TempoCos.Cluster.Operator.Manifests;
using TempoCos.Cluster.Operator.Storage;

namespace TempoCos.Cluster.Operator.Monolithic;

/// <summary>Reconciles TempoMonolithics as Tempo Operator 0.22 does.</summary>
public sealed class TempoMonolithicOperator(
    ObjectStore store, ResourceRegistry registry, ResourceCatalog catalog, ObjectWriter writer, OperandWriter operands, CertificateAuthority certificates,
    FeatureGates gates, ILogger<TempoMonolithicOperator> logger)
    : InstanceOperator(store, registry, catalog, operands, BuiltInResources.TempoMonolithics, MonolithicManifests.Application, logger)
{
    protected override bool Uses(JsonObject instance, ObjectKey key)
    {
        var traces = instance.At("spec", "storage", "traces");
        return key.Resource == BuiltInResources.Secrets
            ? traces.Text("s3", "secret") == key.Name || traces.Text("azure", "secret") == key.Name || traces.Text("gcs", "secret") == key.Name
                || instance.Objects("spec", "multitenancy", "authentication").Any(tenant => tenant.Text("oidc", "secret", "name") == key.Name)
            : traces.Text("s3", "tls", "caName") == key.Name;
    }

    protected override bool IsUnmanaged(JsonObject instance) => instance.Text("spec", "management") == "Unmanaged";

    protected override void Reconcile(JsonObject instance)
    {
        var tempo = new MonolithicView(instance, gates);
        Attempt(() => Write(tempo, instance), (error, failure) => SetStatus(tempo, error, failure));
    }

    private void Write(MonolithicView tempo, JsonObject instance)
    {
        var labels = new InstanceLabels(MonolithicManifests.Application, tempo.Name);
        var hashes = gates.CertificateManagement ? certificates.Ensure(instance, labels, ["tempo"]) : [];
        var storage = new StorageReader(Store, tempo.Namespace, StorageRequest.Of(tempo)).Require();
        var tenants = tempo.HasGateway ? new TenantReader(Store, gates, tempo.Namespace, tempo.Name).Read(tempo.Tenants!, hasGateway: true) : [];
        Operands.Write(instance, new MonolithicManifests(tempo, storage, gates, hashes, tenants).All(), labels);
    }

    private void SetStatus(MonolithicView tempo, ConfigurationException? error, string? failure)
    {
        var workload = Store.Find(new ObjectKey(BuiltInResources.StatefulSets, tempo.Namespace, tempo.NameOf("")))?.ToObject();
        var pods = Pods(new ObjectKey(BuiltInResources.TempoMonolithics, tempo.Namespace, tempo.Name));
        writer.Status(BuiltInResources.TempoMonolithics, tempo.Source, new MonolithicStatus(tempo.Source, workload, pods, Registry.Now).Create(error, failure));
    }
}
