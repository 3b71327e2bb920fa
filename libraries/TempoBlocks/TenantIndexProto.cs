using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using ZstdSharp;

namespace TempoCos.TempoBlocks;

/// <summary>index.pb.zst: one zstd frame of a message whose description Tempo keeps to itself, hence by field number here.</summary>
internal static class TenantIndexProto
{
    private const int MaxBytes = 1 << 28;

    public static TenantIndex Parse(byte[] zstd)
    {
        if (zstd.Length == 0)
        {
            throw new FormatException("not a tenant index: no bytes");
        }

        try
        {
            using var decompressor = new Decompressor();
            var input = new CodedInputStream(decompressor.Unwrap(zstd, MaxBytes).ToArray());
            var created = DateTimeOffset.MinValue;
            var live = new List<BlockMeta>();
            var compacted = new List<CompactedBlock>();
            while (input.ReadTag() is not 0 and var tag)
            {
                switch (WireFormat.GetTagFieldNumber(tag))
                {
                    case 1: created = ReadTime(input.ReadBytes()); break;
                    case 2: live.Add(ReadMeta(input.ReadBytes())); break;
                    case 3: compacted.Add(ReadCompacted(input.ReadBytes())); break;
                    default: input.SkipLastField(); break;
                }
            }

            return new TenantIndex(created, live, compacted);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or ZstdException or JsonException or InvalidOperationException
            or ArgumentException or OverflowException)
        {
            throw new FormatException($"not a tenant index: {e.Message}", e);
        }
    }

    public static byte[] Write(TenantIndex index)
    {
        var message = Message(output =>
        {
            WriteTime(output, 1, index.CreatedAt);
            foreach (var meta in index.Live)
            {
                WriteBytes(output, 2, MetaMessage(meta));
            }

            foreach (var block in index.Compacted)
            {
                WriteBytes(output, 3, Message(inner =>
                {
                    WriteBytes(inner, 1, MetaMessage(block.Meta));
                    WriteTime(inner, 2, block.CompactedTime);
                }));
            }
        });
        using var compressor = new Compressor();
        return compressor.Wrap(message).ToArray();
    }

    private static CompactedBlock ReadCompacted(ByteString bytes)
    {
        var input = bytes.CreateCodedInput();
        BlockMeta? meta = null;
        var time = DateTimeOffset.MinValue;
        while (input.ReadTag() is not 0 and var tag)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1: meta = ReadMeta(input.ReadBytes()); break;
                case 2: time = ReadTime(input.ReadBytes()); break;
                default: input.SkipLastField(); break;
            }
        }

        return new CompactedBlock(meta ?? throw new FormatException("a compacted block has no meta"), time);
    }

    private static BlockMeta ReadMeta(ByteString bytes)
    {
        var input = bytes.CreateCodedInput();
        var meta = new BlockMeta { BlockId = Guid.Empty, TenantId = "", Format = "" };
        while (input.ReadTag() is not 0 and var tag)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1: meta = meta with { Format = input.ReadString() }; break;
                case 2: meta = meta with { BlockId = new Guid(input.ReadBytes().Span, bigEndian: true) }; break;
                case 5: meta = meta with { TenantId = input.ReadString() }; break;
                case 6: meta = meta with { StartTime = ReadTime(input.ReadBytes()) }; break;
                case 7: meta = meta with { EndTime = ReadTime(input.ReadBytes()) }; break;
                case 8: meta = meta with { TotalObjects = input.ReadInt64() }; break;
                case 9: meta = meta with { Size = (long)input.ReadUInt64() }; break;
                case 10: meta = meta with { CompactionLevel = (int)input.ReadUInt32() }; break;
                case 11: input.SkipLastField(); break;
                case 12: meta = meta with { IndexPageSize = input.ReadUInt32() }; break;
                case 13: meta = meta with { TotalRecords = (int)input.ReadUInt32() }; break;
                case 14: meta = meta with { DataEncoding = input.ReadString() }; break;
                case 15: meta = meta with { BloomShards = (int)input.ReadUInt32() }; break;
                case 16: meta = meta with { FooterSize = (int)input.ReadUInt32() }; break;
                case 17: meta = meta with { DedicatedColumns = ReadColumns(input.ReadBytes()) }; break;
                case 18: meta = meta with { ReplicationFactor = (int)input.ReadUInt32() }; break;
                default: input.SkipLastField(); break;
            }
        }

        return meta;
    }

    private static byte[] MetaMessage(BlockMeta meta) => Message(output =>
    {
        WriteText(output, 1, meta.Format);
        WriteBytes(output, 2, meta.BlockId.ToByteArray(bigEndian: true));
        WriteText(output, 5, meta.TenantId);
        WriteTime(output, 6, meta.StartTime);
        WriteTime(output, 7, meta.EndTime);
        WriteNumber(output, 8, meta.TotalObjects);
        WriteNumber(output, 9, meta.Size);
        WriteNumber(output, 10, meta.CompactionLevel);
        WriteBytes(output, 11, [0]);
        WriteNumber(output, 12, meta.IndexPageSize);
        WriteNumber(output, 13, meta.TotalRecords);
        WriteText(output, 14, meta.DataEncoding);
        WriteNumber(output, 15, meta.BloomShards);
        WriteNumber(output, 16, meta.FooterSize);
        if (meta.DedicatedColumns.Count > 0)
        {
            WriteBytes(output, 17, ColumnsJson(meta.DedicatedColumns));
        }

        WriteNumber(output, 18, meta.ReplicationFactor);
    });

    private static IReadOnlyList<DedicatedColumn> ReadColumns(ByteString json)
    {
        if (json.IsEmpty)
        {
            return [];
        }

        using var document = JsonDocument.Parse(json.Memory);
        return BlockMetaJson.ReadColumns(document.RootElement);
    }

    private static byte[] ColumnsJson(IReadOnlyList<DedicatedColumn> columns)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, BlockMetaJson.WriterOptions))
        {
            BlockMetaJson.WriteColumns(writer, columns);
        }

        return buffer.ToArray();
    }

    private static DateTimeOffset ReadTime(ByteString bytes) => Timestamp.Parser.ParseFrom(bytes).ToDateTimeOffset();

    private static void WriteTime(CodedOutputStream output, int field, DateTimeOffset time) =>
        WriteBytes(output, field, Timestamp.FromDateTimeOffset(time).ToByteArray());

    private static void WriteText(CodedOutputStream output, int field, string text)
    {
        if (text.Length > 0)
        {
            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteString(text);
        }
    }

    private static void WriteNumber(CodedOutputStream output, int field, long number)
    {
        if (number != 0)
        {
            output.WriteTag(field, WireFormat.WireType.Varint);
            output.WriteInt64(number);
        }
    }

    private static void WriteBytes(CodedOutputStream output, int field, byte[] bytes)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(bytes));
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var buffer = new MemoryStream();
        using (var output = new CodedOutputStream(buffer, leaveOpen: true))
        {
            write(output);
        }

        return buffer.ToArray();
    }
}
