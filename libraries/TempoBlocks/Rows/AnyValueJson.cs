using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using TempoCos.Otlp;

namespace TempoCos.TempoBlocks.Rows;

/// <summary>Values that have no column of their type (maps, bytes, mixed arrays, none at all) as the JSON that Tempo keeps for them.</summary>
internal static class AnyValueJson
{
    // Above the depth that protobuf's own parser lets through.
    private const int MaxDepth = 256;

    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 3 * MaxDepth,
    };

    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    public static string Write(AnyValue? value)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            Write(writer, value, 0);
        }

        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    public static AnyValue Read(string json)
    {
        try
        {
            return Parser.Parse<AnyValue>(json);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidJsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"an attribute's JSON value cannot be read: {e.Message}", e);
        }
    }

    private static void Write(Utf8JsonWriter writer, AnyValue? value, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new ArgumentException($"An attribute's value is nested more than {MaxDepth} levels deep.");
        }

        writer.WriteStartObject();
        switch (value?.ValueCase)
        {
            case AnyValue.ValueOneofCase.StringValue: writer.WriteString("stringValue", value.StringValue); break;
            case AnyValue.ValueOneofCase.BoolValue: writer.WriteBoolean("boolValue", value.BoolValue); break;
            case AnyValue.ValueOneofCase.IntValue: writer.WriteString("intValue", value.IntValue.ToString(System.Globalization.CultureInfo.InvariantCulture)); break;
            case AnyValue.ValueOneofCase.DoubleValue: WriteDouble(writer, value.DoubleValue); break;
            case AnyValue.ValueOneofCase.BytesValue: writer.WriteBase64String("bytesValue", value.BytesValue.Span); break;
            case AnyValue.ValueOneofCase.ArrayValue: WriteArray(writer, value.ArrayValue, depth); break;
            case AnyValue.ValueOneofCase.KvlistValue: WriteMap(writer, value.KvlistValue, depth); break;
        }

        writer.WriteEndObject();
    }

    private static void WriteDouble(Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumber("doubleValue", value);
        }
        else
        {
            writer.WriteString("doubleValue", double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
        }
    }

    private static void WriteArray(Utf8JsonWriter writer, ArrayValue array, int depth)
    {
        writer.WriteStartObject("arrayValue");
        if (array.Values.Count > 0)
        {
            writer.WriteStartArray("values");
            foreach (var item in array.Values)
            {
                Write(writer, item, depth + 1);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void WriteMap(Utf8JsonWriter writer, KeyValueList map, int depth)
    {
        writer.WriteStartObject("kvlistValue");
        if (map.Values.Count > 0)
        {
            writer.WriteStartArray("values");
            foreach (var item in map.Values)
            {
                writer.WriteStartObject();
                if (item.Key.Length > 0)
                {
                    writer.WriteString("key", item.Key);
                }

                if (item.Value is not null)
                {
                    writer.WritePropertyName("value");
                    Write(writer, item.Value, depth + 1);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }
}
