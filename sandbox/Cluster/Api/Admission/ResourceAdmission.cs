using System.Text.Json.Nodes;
using TempoCos.Cluster.Access.Rbac;
using TempoCos.Cluster.Api.Admission.Kinds;
using TempoCos.Cluster.Api.Admission.PodSecurity;
using TempoCos.Cluster.Api.Admission.Webhooks;
using TempoCos.Cluster.Api.Json;
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
    private readonly ServiceAccountAdmission accounts = new(store);
    private readonly PriorityAdmission priorities = new(store);
    private readonly PodSecurityAdmission podSecurity = new(store);

    /// <summary>Reads what is written: unknown fields out, what cannot be read refused, defaults in.</summary>
    public void Read(ResourceType type, JsonObject content, WriteOptions options)
    {
        schemas.Prepare(type, content, options);
        if (!options.Status)
        {
            Defaults.Apply(type, content);
        }
    }

    /// <summary>Lets everybody change it who may, and looks at the result.</summary>
    public void Change(ResourceType type, JsonObject content, JsonObject? live, WriteOptions options)
    {
        if (live is null)
        {
            if (type.Resource == BuiltInResources.Pods)
            {
                accounts.Admit(content);
                priorities.Admit(content);
                PodDefaults.Admit(content);
            }

            limits.Fill(type, content);
        }
        else if (type.Resource == BuiltInResources.Pods)
        {
            PriorityAdmission.Keep(content, live);
        }

        if (options.User is not null && !options.Status && (webhooks.Default(type, content) | others.Mutate(Request(type, content, live, options))))
        {
            schemas.Reread(type, content);
            Defaults.Apply(type, content);
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
        if (options.User is not null)
        {
            Refuse(type, given, [.. Naming.Find(type, given.Text("metadata", "name") ?? ""), .. Validation.Find(type, given, options)]);
            Warn(type, given, live: null, options);
        }

        priorities.CheckDefault(type, given);
        limits.Check(type, given);
        podSecurity.Check(type, given, live: null, options);
        if (options.User is not null)
        {
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
            Refuse(type, next, [.. Validation.Find(type, next, options), .. Immutability.Find(type, next, live)]);
            Warn(type, next, live, options);
            priorities.CheckDefault(type, next);
            podSecurity.Check(type, next, live, options);
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

    private static void Refuse(ResourceType type, JsonObject given, IReadOnlyList<FieldError> errors)
    {
        if (errors.Count > 0)
        {
            throw ApiException.Invalid(type.Kind, type.Group, given.Text("metadata", "name") ?? "", errors);
        }
    }

    private static void Warn(ResourceType type, JsonObject next, JsonObject? live, WriteOptions options)
    {
        if (options.Warn is { } warn)
        {
            foreach (var warning in PodWarnings.Find(type, next, live))
            {
                warn(warning);
            }
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
