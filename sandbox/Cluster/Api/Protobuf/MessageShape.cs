using System.Text.Json.Nodes;
using Google.Protobuf;

namespace TempoCos.Cluster.Api.Protobuf;

/// <summary>The fields of a message, by number, as they are called in JSON. Fields without a shape are skipped.</summary>
public sealed class MessageShape(IEnumerable<(int Number, string Name, FieldShape Shape)> fields)
{
    /// <summary>The name of a message whose fields stand in JSON beside those around it.</summary>
    public const string Inline = ".";

    private readonly Dictionary<int, (string Name, FieldShape Shape)> fields = fields.ToDictionary(field => field.Number, field => (field.Name, field.Shape));

    public MessageShape(params (int Number, string Name, FieldShape Shape)[] fields)
        : this((IEnumerable<(int Number, string Name, FieldShape Shape)>)fields)
    {
    }

    public JsonObject Read(byte[] bytes)
    {
        var content = new JsonObject();
        var input = new CodedInputStream(bytes);
        while (input.ReadTag() is not 0 and var tag)
        {
            if (fields.TryGetValue(WireFormat.GetTagFieldNumber(tag), out var field))
            {
                field.Shape.Read(input, content, field.Name);
            }
            else
            {
                input.SkipLastField();
            }
        }

        return content;
    }
}
