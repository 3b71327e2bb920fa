using System.Text.Json.Nodes;
using TempoCos.Cluster.Access.Rbac;
using TempoCos.Cluster.Api.Admission.Webhooks;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Schemas;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Operator.Admission;

namespace TempoCos.Cluster.Api.Admission;

/// <summary>Everything that is asked of an object before it is written.</summary>
public sealed class ResourceAdmission(ObjectStore store, SchemaAdmission schemas, Escalation escalation, ResourceCatalog catalog, OperatorWebhooks webhooks, AdmissionWebhooks others)
{
    private readonly LimitRanges limits = new(store);
    private readonly Quotas quotas = new(store);

    public void Shape(ResourceType type, JsonObject content, JsonObject? live, WriteOptions options)
    {
        schemas.Prepare(type, content, options);
        if (options.User is not null && !options.Status)
        {
            if (webhooks.Default(type, content) | others.Mutate(Request(type, content, live, options)))
            {
                schemas.Default(type, content);
            }
        }

        schemas.Check(type, content, live, options);
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
            Validation.Check(type, given, options);
            Ask(type, given, live: null, options);
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
            Validation.Check(type, next, options);
            Immutability.Check(type, next, live);
            Ask(type, next, live, options);
        }
    }

    /// <summary>Asks before something is deleted; the cluster's own parts are not held up.</summary>
    public void Delete(ResourceType type, JsonObject live, DeleteOptions options)
    {
        if (options.User is { } user)
        {
            others.Validate(new AdmissionRequest("DELETE", type, Next: null, live, user, options.DryRun, options.Warn));
        }
    }

    private static AdmissionRequest Request(ResourceType type, JsonObject next, JsonObject? live, WriteOptions options) =>
        new(live is null ? "CREATE" : "UPDATE", type, next, live, options.User!, options.DryRun, options.Warn);

    private void Ask(ResourceType type, JsonObject given, JsonObject? live, WriteOptions options)
    {
        webhooks.Validate(type, given, warning => options.Warn?.Invoke(warning));
        others.Validate(Request(type, given, live, options));
    }

    /// <summary>Writes unless a quota of the namespace stands against it.</summary>
    public JsonObject? WithinQuota(ResourceType type, JsonObject given, Func<JsonObject?> write) => quotas.Within(type, given, write);
}
