using System.Text.Json.Nodes;
using TempoCos.Cluster.Access;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;

namespace TempoCos.Cluster.Api.Admission.Webhooks;

/// <summary>What a webhook is asked about: an object that is to be created, changed (CREATE, UPDATE) or deleted (DELETE, without a new object).</summary>
public sealed record AdmissionRequest(string Operation, ResourceType Type, JsonObject? Next, JsonObject? Old, UserInfo User, bool DryRun, Action<string>? Warn)
{
    public JsonObject Either => Next ?? Old!;

    public string Namespace => Either.Text("metadata", "namespace") ?? "";

    /// <summary>The AdmissionReview of <c>admission.k8s.io/v1</c>.</summary>
    public JsonObject ToReview(string uid) => new()
    {
        ["kind"] = "AdmissionReview",
        ["apiVersion"] = "admission.k8s.io/v1",
        ["request"] = new JsonObject
        {
            ["uid"] = uid,
            ["kind"] = Named("kind", Type.Kind),
            ["resource"] = Named("resource", Type.Plural),
            ["requestKind"] = Named("kind", Type.Kind),
            ["requestResource"] = Named("resource", Type.Plural),
            ["name"] = Either.Text("metadata", "name"),
            ["namespace"] = Namespace,
            ["operation"] = Operation,
            ["userInfo"] = User.ToJson(),
            ["object"] = Next?.DeepClone(),
            ["oldObject"] = Old?.DeepClone(),
            ["dryRun"] = DryRun,
            ["options"] = new JsonObject { ["kind"] = OptionsKind, ["apiVersion"] = "meta.k8s.io/v1" },
        },
    };

    private string OptionsKind => Operation switch { "CREATE" => "CreateOptions", "UPDATE" => "UpdateOptions", _ => "DeleteOptions" };

    private JsonObject Named(string what, string name) => new() { ["group"] = Type.Group, ["version"] = Type.Version, [what] = name };
}
