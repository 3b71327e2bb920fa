using System.Text.Json;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Patching;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Selection;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Api.Admission.Webhooks;

/// <summary>The webhooks of MutatingWebhookConfigurations and ValidatingWebhookConfigurations, one after the other in the order of the configurations' names.</summary>
public sealed partial class AdmissionWebhooks(ObjectStore store, WebhookClient client, ILogger<AdmissionWebhooks> logger)
{
    /// <summary>Lets the mutating webhooks change the object of the request; answers whether one did.</summary>
    /// <exception cref="ApiException">One refuses, or cannot be asked.</exception>
    public bool Mutate(AdmissionRequest request)
    {
        var changed = false;
        foreach (var webhook in Matching(BuiltInResources.MutatingWebhooks, request))
        {
            var response = Ask(webhook, request);
            if (response.Text("patch") is not { Length: > 0 } patch)
            {
                continue;
            }

            var operations = JsonNode.Parse(Convert.FromBase64String(patch)) as JsonArray ?? [];
            var patched = JsonPatch.Apply(request.Next!.Copy(), operations);
            if (request.Type.HasStatus)
            {
                // Only who writes the status can change it.
                patched["status"] = request.Next!["status"]?.DeepClone();
            }

            request.Next!.Clear();
            foreach (var (name, value) in patched.Where(field => field.Key != "status" || field.Value is not null))
            {
                request.Next[name] = value?.DeepClone();
            }

            changed = true;
        }

        return changed;
    }

    /// <summary>Asks the validating webhooks.</summary>
    /// <exception cref="ApiException">One refuses, or cannot be asked.</exception>
    public void Validate(AdmissionRequest request)
    {
        foreach (var webhook in Matching(BuiltInResources.ValidatingWebhooks, request))
        {
            Ask(webhook, request);
        }
    }

    private JsonNode? Ask(JsonObject webhook, AdmissionRequest request)
    {
        var name = webhook.Text("name") ?? "";
        if (request.DryRun && webhook.Text("sideEffects") is not ("None" or "NoneOnDryRun"))
        {
            throw ApiException.BadRequest($"admission webhook \"{name}\" does not support dry run");
        }

        JsonNode? response;
        try
        {
            response = client.Ask(webhook, request);
        }
        catch (WebhookException problem) when (webhook.Text("failurePolicy") == "Ignore")
        {
            LogFailingOpen(name, problem.Message);
            return null;
        }
        catch (WebhookException problem)
        {
            throw new ApiException(500, "InternalError", $"Internal error occurred: failed calling webhook \"{name}\": {problem.Message}",
                new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["message"] = $"failed calling webhook \"{name}\": {problem.Message}" }) });
        }

        foreach (var warning in response.Texts("warnings"))
        {
            request.Warn?.Invoke(warning);
        }

        return response.Flag("allowed") ? response : throw Denied(name, response.At("status"));
    }

    private static ApiException Denied(string name, JsonNode? status)
    {
        var why = status.Text("message") is { Length: > 0 } message ? $": {message}" : status.Text("reason") is { Length: > 0 } reason ? $": {reason}" : " without explanation";
        return new ApiException((int)Math.Max(400, status.Number("code") ?? 0), status.Text("reason") ?? "", $"admission webhook \"{name}\" denied the request{why}", status.At("details")?.DeepClone() as JsonObject);
    }

    private IEnumerable<JsonObject> Matching(string configurations, AdmissionRequest request) =>
        request.Type.Resource is BuiltInResources.MutatingWebhooks or BuiltInResources.ValidatingWebhooks
            ? []
            : store.List(configurations, "").Objects
                .OrderBy(stored => stored.Key.Name, StringComparer.Ordinal)
                .SelectMany(stored => stored.ToObject().Objects("webhooks"))
                .Where(webhook => webhook.Objects("rules").Any(rule => Covers(rule, request))
                    && SelectsNamespace(webhook, request)
                    && (Selects(webhook, request.Next) || Selects(webhook, request.Old)));

    /// <summary>What is in no namespace and is none, no selector of namespaces leaves out.</summary>
    private bool SelectsNamespace(JsonObject webhook, AdmissionRequest request) =>
        (!request.Type.Namespaced && request.Type.Resource != BuiltInResources.Namespaces)
        || LabelSelector.From(webhook.At("namespaceSelector")).Matches(NamespaceLabels(request));

    private static bool Selects(JsonObject webhook, JsonObject? one) =>
        one is not null && LabelSelector.From(webhook.At("objectSelector")).Matches(one.TextMap("metadata", "labels"));

    private static bool Covers(JsonObject rule, AdmissionRequest request) =>
        Names(rule, "operations", request.Operation)
        && Names(rule, "apiGroups", request.Type.Group)
        && Names(rule, "apiVersions", request.Type.Version)
        && (Names(rule, "resources", request.Type.Plural) || rule.Texts("resources").Contains("*/*"))
        && (rule.Text("scope") is null or "*" or "" || rule.Text("scope") == (request.Type.Namespaced ? "Namespaced" : "Cluster"));

    private static bool Names(JsonObject rule, string list, string one) => rule.Texts(list).Any(given => given == "*" || given == one);

    private IReadOnlyDictionary<string, string> NamespaceLabels(AdmissionRequest request) =>
        request.Type.Resource == BuiltInResources.Namespaces ? request.Either.TextMap("metadata", "labels")
        : store.Find(new ObjectKey(BuiltInResources.Namespaces, "", request.Namespace))?.ToObject().TextMap("metadata", "labels") ?? new Dictionary<string, string>();

    [LoggerMessage(LogLevel.Warning, "Failed calling webhook {Webhook}, failing open: {Problem}")]
    private partial void LogFailingOpen(string webhook, string problem);
}
