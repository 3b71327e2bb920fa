using System.Text.Json.Nodes;
using TempoCos.Cluster.Access.Rbac;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Schemas;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Operator.Admission;

namespace TempoCos.Cluster.Api.Admission;

/// <summary>Everything that is asked of an object before it is written.</summary>
public sealed class ResourceAdmission(ObjectStore store, SchemaAdmission schemas, Escalation escalation, ResourceCatalog catalog, OperatorWebhooks webhooks)
{
    private readonly LimitRanges limits = new(store);
    private readonly Quotas quotas = new(store);

    public void Shape(ResourceType type, JsonObject content, WriteOptions options)
    {
        schemas.Prepare(type, content, options);
        if (options.User is not null && !options.Status)
        {
            // What a webhook cannot decode it does not fill in either.
            schemas.Check(type, content, options);
            webhooks.Default(type, content);
        }

        schemas.Check(type, content, options);
    }

    public void Create(ResourceType type, JsonObject given, WriteOptions options)
    {
        if (catalog.Custom(type) is { Terminating: true })
        {
            throw new ApiException(405, "MethodNotAllowed", "create not allowed while custom resource definition is terminating", []);
        }

        escalation.Check(type, given, live: null, options.User);
        limits.Admit(type, given);
        if (options.User is not null)
        {
            Validation.Check(type, given);
            Ask(type, given, options);
        }
    }

    public void Update(ResourceType type, JsonObject next, JsonObject live, WriteOptions options)
    {
        if (options.User is null)
        {
            return;
        }

        escalation.Check(type, next, live, options.User);
        if (!options.Status)
        {
            Validation.Check(type, next);
            Immutability.Check(type, next, live);
            Ask(type, next, options);
        }
    }

    private void Ask(ResourceType type, JsonObject given, WriteOptions options)
    {
        foreach (var warning in webhooks.Validate(type, given))
        {
            options.Warn?.Invoke(warning);
        }
    }

    /// <summary>Writes unless a quota of the namespace stands against it.</summary>
    public JsonObject? WithinQuota(ResourceType type, JsonObject given, Func<JsonObject?> write) => quotas.Within(type, given, write);
}
