using System.Text.Json.Nodes;
using Google.Protobuf;

namespace TempoCos.Cluster.Api.Protobuf;

/// <summary>The fields of a message, by number, as they are called in JSON. Fields without a shape are skipped.</summary>
public sealed class MessageShape(params (int Number, string Name, FieldShape Shape)[] fields)
{
    public JsonObject Read(byte[] bytes)
    {
        var content = new JsonObject();
        var input = new CodedInputStream(bytes);
        while (input.ReadTag() is not 0 and var tag)
        {
            var (_, name, shape) = fields.FirstOrDefault(field => field.Number == WireFormat.GetTagFieldNumber(tag));
            if (shape is null)
            {
                input.SkipLastField();
            }
            else
            {
                shape.Read(input, content, name);
            }
        }

        return content;
    }
}
