using System.Text.Json.Nodes;
using Google.Protobuf;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Protobuf;

/// <summary>How a field's value becomes JSON.</summary>
public sealed class FieldShape
{
    private readonly Action<CodedInputStream, JsonObject, string> read;

    private FieldShape(Action<CodedInputStream, JsonObject, string> read) => this.read = read;

    public static FieldShape Text { get; } = new((input, target, name) => Set(target, name, input.ReadString()));

    public static FieldShape Bytes { get; } = new((input, target, name) => target[name] = input.ReadBytes().ToBase64());

    public static FieldShape Number { get; } = new((input, target, name) => target[name] = input.ReadInt64());

    public static FieldShape Flag { get; } = new((input, target, name) => target[name] = input.ReadBool());

    public static FieldShape Texts { get; } = new((input, target, name) => ((JsonArray)(target[name] ??= new JsonArray())).Add(input.ReadString()));

    public static FieldShape TextMap { get; } = Map(Text);

    public static FieldShape BytesMap { get; } = Map(Bytes);

    /// <summary>Quantities by name: each is a message with a text.</summary>
    public static FieldShape QuantityMap { get; } = Map(new((input, target, name) =>
        target[name] = new MessageShape((1, "string", Text)).Read(input.ReadBytes().ToByteArray())["string"]?.DeepClone() ?? "0"));

    public static FieldShape NumberOrText { get; } = new((input, target, name) =>
    {
        var read = new MessageShape((1, "type", Number), (2, "number", Number), (3, "text", Text)).Read(input.ReadBytes().ToByteArray());
        target[name] = read.Number("type") == 1 ? read.Text("text") ?? "" : read.Number("number") ?? 0;
    });

    /// <summary>A message whose fields stand in JSON beside those around it.</summary>
    public static FieldShape Inline(MessageShape shape) => new((input, target, _) =>
    {
        foreach (var (name, value) in shape.Read(input.ReadBytes().ToByteArray()))
        {
            target[name] = value?.DeepClone();
        }
    });

    public static FieldShape Message(MessageShape shape) => new((input, target, name) => target[name] = shape.Read(input.ReadBytes().ToByteArray()));

    public static FieldShape Messages(MessageShape shape) =>
        new((input, target, name) => ((JsonArray)(target[name] ??= new JsonArray())).Add((JsonNode)shape.Read(input.ReadBytes().ToByteArray())));

    public void Read(CodedInputStream input, JsonObject target, string name) => read(input, target, name);

    private static FieldShape Map(FieldShape value)
    {
        var entry = new MessageShape((1, "key", Text), (2, "value", value));
        return new((input, target, name) =>
        {
            var read = entry.Read(input.ReadBytes().ToByteArray());
            target.Ensure(name)[read.Text("key") ?? ""] = read["value"]?.DeepClone() ?? "";
        });
    }

    private static void Set(JsonObject target, string name, string text)
    {
        // Go writes empty strings for what is not set.
        if (text.Length > 0)
        {
            target[name] = text;
        }
    }
}
