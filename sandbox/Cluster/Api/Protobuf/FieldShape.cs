using System.Globalization;
using System.Text.Json.Nodes;
using Google.Protobuf;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Protobuf;

/// <summary>How a field's value becomes JSON.</summary>
public sealed class FieldShape
{
    private static readonly MessageShape Quantity = new((1, "text", new(input => input.ReadString())));
    private static readonly MessageShape Instant = new((1, "seconds", new(input => input.ReadInt64())), (2, "nanoseconds", new(input => input.ReadInt64())));
    private static readonly MessageShape Raw = new((1, "raw", new(input => input.ReadBytes().ToBase64())));
    private static readonly MessageShape Items = new((1, "items", new FieldShape(input => input.ReadString()) { repeated = true }));
    private static readonly MessageShape NumberOrText = new(
        (1, "type", new(input => input.ReadInt64())), (2, "number", new(input => input.ReadInt64())), (3, "text", new(input => input.ReadString())));

    private readonly Func<CodedInputStream, JsonNode?> read;
    private bool repeated;
    private MessageShape? entry;

    private FieldShape(Func<CodedInputStream, JsonNode?> read) => this.read = read;

    /// <summary>
    /// Reads <c>[]TYPE</c> (repeated), <c>{}TYPE</c> (by name) or <c>TYPE</c>: one of text, bytes, number, flag, quantity, number-or-text,
    /// time, micro-time, json, items, or the name of a message. With a <c>?</c> at its end, the type's zero means that nothing is set.
    /// </summary>
    public static FieldShape Parse(string type, Func<string, MessageShape> message) => type switch
    {
        ['[', ']', .. var one] => new(Scalar(one, message)) { repeated = true },
        ['{', '}', .. var one] => Mapped(Scalar(one, message)),
        _ => new(Scalar(type, message)),
    };

    public void Read(CodedInputStream input, JsonObject target, string name)
    {
        if (repeated)
        {
            ((JsonArray)(target[name] ??= new JsonArray())).Add(read(input));
        }
        else if (entry is not null)
        {
            var one = entry.Read(Content(input));
            target.Ensure(name)[one.Text("key") ?? ""] = one["value"]?.DeepClone() ?? "";
        }
        else if (read(input) is { } value)
        {
            if (name != MessageShape.Inline)
            {
                target[name] = value;
                return;
            }

            foreach (var (field, inner) in (JsonObject)value)
            {
                target[field] = inner?.DeepClone();
            }
        }
    }

    private static FieldShape Mapped(Func<CodedInputStream, JsonNode?> read) =>
        new(read) { entry = new((1, "key", new(input => input.ReadString())), (2, "value", new(read))) };

    private static Func<CodedInputStream, JsonNode?> Scalar(string type, Func<string, MessageShape> message) => type switch
    {
        "text" => input => input.ReadString(),
        "text?" => input => input.ReadString() is { Length: > 0 } text ? text : null,
        "number" => input => input.ReadInt64(),
        "number?" => input => input.ReadInt64() is not 0 and var number ? number : null,
        "flag" => input => input.ReadBool(),
        "flag?" => input => input.ReadBool() ? true : null,
        "bytes" => input => input.ReadBytes().ToBase64(),
        "quantity" => input => Quantity.Read(Content(input)).Text("text") ?? "0",
        "number-or-text" => input => NumberOrText.Read(Content(input)) is var read && read.Number("type") == 1 ? read.Text("text") ?? "" : read.Number("number") ?? 0,
        "time" => input => Time(input, "yyyy-MM-dd'T'HH:mm:ss'Z'"),
        "micro-time" => input => Time(input, "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'"),
        "json" => input => Raw.Read(Content(input)).Text("raw") is { } raw ? JsonNode.Parse(Convert.FromBase64String(raw)) : null,
        "items" => input => Items.Read(Content(input)).At("items")?.DeepClone() ?? new JsonArray(),
        _ => input => message(type).Read(Content(input)),
    };

    private static JsonNode? Time(CodedInputStream input, string format)
    {
        var read = Instant.Read(Content(input));
        return read.Number("seconds") is { } seconds
            ? DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks((read.Number("nanoseconds") ?? 0) / TimeSpan.NanosecondsPerTick).ToString(format, CultureInfo.InvariantCulture)
            : null;
    }

    private static byte[] Content(CodedInputStream input) => input.ReadBytes().ToByteArray();
}
