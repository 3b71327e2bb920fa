using System.Text.Json.Nodes;

namespace TempoCos.Cluster.Api.Fields;

/// <summary>One owner's fields.</summary>
public sealed record ManagedFieldsEntry(string Manager, string Operation, string ApiVersion, string Time, FieldSet Fields, string Subresource = "")
{
    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["manager"] = Manager,
            ["operation"] = Operation,
            ["apiVersion"] = ApiVersion,
            ["time"] = Time,
            ["fieldsType"] = "FieldsV1",
            ["fieldsV1"] = Fields.ToJson(),
        };
        if (Subresource.Length > 0)
        {
            json["subresource"] = Subresource;
        }

        return json;
    }
}
