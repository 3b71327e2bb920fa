using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace TempoCos.TempoBlocks;

/// <summary>The JSON of block metas, alone (meta.json) and inside a tenant index.</summary>
internal static class BlockMetaJson
{
    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static BlockMeta Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            using var document = JsonDocument.ParseValue(ref reader);
            return Read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or OverflowException)
        {
            throw new FormatException($"not a block's meta.json: {e.Message}", e);
        }
    }

    public static byte[] Write(BlockMeta meta)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            writer.WriteStartObject();
            WriteFields(writer, meta);
            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }

    public static BlockMeta Read(JsonElement json) => json.ValueKind != JsonValueKind.Object
        ? throw new FormatException("a block's meta is not a JSON object")
        : new BlockMeta
        {
            Format = Text(json, "format"),
            BlockId = Guid.TryParseExact(Text(json, "blockID"), "d", out var id)
                ? id
                : throw new FormatException($"blockID '{Text(json, "blockID")}' is not a UUID"),
            TenantId = Text(json, "tenantID"),
            StartTime = Time(json, "startTime"),
            EndTime = Time(json, "endTime"),
            TotalObjects = Number(json, "totalObjects"),
            Size = Number(json, "size"),
            CompactionLevel = checked((int)Number(json, "compactionLevel")),
            Encoding = Text(json, "encoding"),
            IndexPageSize = Number(json, "indexPageSize"),
            TotalRecords = checked((int)Number(json, "totalRecords")),
            DataEncoding = Text(json, "dataEncoding"),
            BloomShards = checked((int)Number(json, "bloomShards")),
            FooterSize = checked((int)Number(json, "footerSize")),
            DedicatedColumns = json.TryGetProperty("dedicatedColumns", out var columns) ? ReadColumns(columns) : [],
            ReplicationFactor = checked((int)Number(json, "replicationFactor")),
        };

    public static void WriteFields(Utf8JsonWriter writer, BlockMeta meta)
    {
        writer.WriteString("format", meta.Format);
        writer.WriteString("blockID", meta.BlockId.ToString("d"));
        writer.WriteString("tenantID", meta.TenantId);
        writer.WriteString("startTime", FormatTime(meta.StartTime));
        writer.WriteString("endTime", FormatTime(meta.EndTime));
        writer.WriteNumber("totalObjects", meta.TotalObjects);
        writer.WriteNumber("size", meta.Size);
        writer.WriteNumber("compactionLevel", meta.CompactionLevel);
        writer.WriteString("encoding", meta.Encoding);
        writer.WriteNumber("indexPageSize", meta.IndexPageSize);
        writer.WriteNumber("totalRecords", meta.TotalRecords);
        writer.WriteString("dataEncoding", meta.DataEncoding);
        writer.WriteNumber("bloomShards", meta.BloomShards);
        writer.WriteNumber("footerSize", meta.FooterSize);
        if (meta.DedicatedColumns.Count > 0)
        {
            writer.WritePropertyName("dedicatedColumns");
            WriteColumns(writer, meta.DedicatedColumns);
        }

        if (meta.ReplicationFactor != 0)
        {
            writer.WriteNumber("replicationFactor", meta.ReplicationFactor);
        }
    }

    public static IReadOnlyList<DedicatedColumn> ReadColumns(JsonElement json) => json.ValueKind == JsonValueKind.Null
        ? []
        :
        [
            .. json.EnumerateArray().Select(c => new DedicatedColumn(
                Text(c, "n"),
                Text(c, "s") is { Length: > 0 } scope ? scope : DedicatedColumn.SpanScope,
                Text(c, "t") is { Length: > 0 } type ? type : "string",
                c.TryGetProperty("o", out var options) ? [.. options.EnumerateArray().Select(o => o.GetString() ?? "")] : [])),
        ];

    public static void WriteColumns(Utf8JsonWriter writer, IReadOnlyList<DedicatedColumn> columns)
    {
        writer.WriteStartArray();
        foreach (var column in columns)
        {
            writer.WriteStartObject();
            if (column.Scope != DedicatedColumn.SpanScope)
            {
                writer.WriteString("s", column.Scope);
            }

            writer.WriteString("n", column.Name);
            if (column.Type != "string")
            {
                writer.WriteString("t", column.Type);
            }

            if (column.Options.Count > 0)
            {
                writer.WriteStartArray("o");
                foreach (var option in column.Options)
                {
                    writer.WriteStringValue(option);
                }

                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    public static DateTimeOffset Time(JsonElement json, string name)
    {
        var text = Truncate(Text(json, name));
        return text.Length == 0 ? DateTimeOffset.MinValue
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
                ? time
                : throw new FormatException($"{name} '{text}' is not an RFC 3339 time");
    }

    public static string FormatTime(DateTimeOffset time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    // Parsing would round the nanoseconds that a tick cannot hold.
    private static string Truncate(string time)
    {
        const int tickDigits = 7;
        var point = time.IndexOf('.', StringComparison.Ordinal);
        var end = point + 1;
        while (point >= 0 && end < time.Length && char.IsAsciiDigit(time[end]))
        {
            end++;
        }

        return end > point + 1 + tickDigits ? time.Remove(point + 1 + tickDigits, end - point - 1 - tickDigits) : time;
    }

    private static string Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";

    private static long Number(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? value.GetInt64() : 0;
}
