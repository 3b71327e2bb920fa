using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Schemas;

namespace TempoCos.Cluster.Api.Admission;

/// <summary>Takes what is written to events.k8s.io as that API has it, and gives it back as it is stored. Everything else passes as it is.</summary>
public sealed class EventAdmission(SchemaAdmission schemas)
{
    public JsonObject Admit(ResourceType type, JsonObject shown, JsonObject? live, WriteOptions options)
    {
        if (!EventView.Is(type))
        {
            return shown;
        }

        if (shown.Text("apiVersion") is { Length: > 0 } given && given != type.ApiVersion)
        {
            throw ApiException.BadRequest($"the API version in the data ({given}) does not match the expected API version ({type.ApiVersion})");
        }

        schemas.Prepare(type, shown, options);
        var stored = EventView.Store(type, shown);
        List<FieldError> errors = [.. EventValidation.Strict(stored, live)];
        return errors.Count == 0 ? stored : throw ApiException.Invalid(type.Kind, type.Group, stored.Text("metadata", "name") ?? "", errors);
    }
}
