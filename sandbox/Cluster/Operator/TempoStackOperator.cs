using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers;
using TempoCos.Cluster.Operator.Certificates;
using TempoCos.Cluster.Operator.Gateway;
using TempoCos.Cluster.Operator.Manifests;
using TempoCos.Cluster.Operator.Storage;

namespace TempoCos.Cluster.Operator;

/// <summary>Reconciles TempoStacks as Tempo Operator 0.22 does.</summary>
public sealed class TempoStackOperator(
    ObjectStore store, ResourceRegistry registry, ResourceCatalog catalog, ObjectWriter writer, OperandWriter operands, CertificateAuthority certificates,
    FeatureGates gates, ILogger<TempoStackOperator> logger)
    : InstanceOperator(store, registry, catalog, operands, BuiltInResources.TempoStacks, "tempo", logger)
{
    protected override bool Uses(JsonObject instance, ObjectKey key) => key.Resource == BuiltInResources.Secrets
        ? instance.Text("spec", "storage", "secret", "name") == key.Name
            || instance.Objects("spec", "tenants", "authentication").Any(tenant => tenant.Text("oidc", "secret", "name") == key.Name)
        : instance.Text("spec", "storage", "tls", "caName") == key.Name;

    protected override bool IsUnmanaged(JsonObject instance) => instance.Text("spec", "managementState") is not (null or "" or "Managed");

    protected override void Reconcile(JsonObject instance)
    {
        var stack = new TempoStackView(instance, gates);
        Attempt(() => Write(stack, instance), (error, failure) =>
        {
            var status = new StackStatus(stack, Pods(new ObjectKey(BuiltInResources.TempoStacks, stack.Namespace, stack.Name)), Registry.Now);
            writer.Status(BuiltInResources.TempoStacks, instance, error is not null ? status.OfError(error) : failure is not null ? status.OfFailure(failure) : status.OfPods());
        });
    }

    private void Write(TempoStackView stack, JsonObject instance)
    {
        var labels = new InstanceLabels("tempo", stack.Name);
        var hashes = gates.CertificateManagement ? certificates.Ensure(instance, labels, [.. TempoComponent.All.Select(component => component.Name)]) : [];
        if (stack.Spec("storage", "secret", "credentialMode").Text() == "token-cco")
        {
            throw new ConfigurationException("InvalidStorageConfig", "cannot configure tempo in CCO mode without CCO environment");
        }

        var storage = new StorageReader(Store, stack.Namespace, StorageRequest.Of(stack)).Require();
        var tenants = stack.Tenants is null ? [] : new TenantReader(Store, gates, stack.Namespace, stack.Name).Read(stack.Tenants, stack.HasGateway);
        Operands.Write(instance, StackManifests.Of(stack, storage, gates, hashes, tenants), labels);
    }
}
