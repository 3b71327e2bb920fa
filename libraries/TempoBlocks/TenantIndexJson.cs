using System.IO.Compression;
using System.Text.Json;

namespace TempoCos.TempoBlocks;

/// <summary>index.json.gz.</summary>
internal static class TenantIndexJson
{
    public static TenantIndex Parse(byte[] gzip)
    {
        try
        {
            using var stream = new GZipStream(new MemoryStream(gzip), CompressionMode.Decompress);
            using var document = JsonDocument.Parse(stream);
            var root = document.RootElement;
            return new TenantIndex(
                BlockMetaJson.Time(root, "created_at"),
                [.. Items(root, "meta").Select(BlockMetaJson.Read)],
                [.. Items(root, "compacted").Select(c => new CompactedBlock(BlockMetaJson.Read(c), BlockMetaJson.Time(c, "compactedTime")))]);
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or InvalidOperationException or OverflowException)
        {
            throw new FormatException($"not a tenant index: {e.Message}", e);
        }
    }

    public static byte[] Write(TenantIndex index)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true))
        using (var writer = new Utf8JsonWriter(gzip, BlockMetaJson.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("created_at", BlockMetaJson.FormatTime(index.CreatedAt));
            writer.WriteStartArray("meta");
            foreach (var meta in index.Live)
            {
                writer.WriteStartObject();
                BlockMetaJson.WriteFields(writer, meta);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartArray("compacted");
            foreach (var block in index.Compacted)
            {
                writer.WriteStartObject();
                BlockMetaJson.WriteFields(writer, block.Meta);
                writer.WriteString("compactedTime", BlockMetaJson.FormatTime(block.CompactedTime));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement root, string name) =>
        root.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : default;
}
