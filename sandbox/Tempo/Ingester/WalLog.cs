using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using Microsoft.Win32.SafeHandles;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Ingester;

/// <summary>
/// The write-ahead log of one block to be: a header, then records of length, CRC-32C and content (id, times, serialized part). An
/// append is one write, so a process that is killed leaves at most a torn last record, which reading leaves out.
/// </summary>
public sealed class WalLog : IDisposable
{
    private const int RecordHeader = 8;
    private const int ContentHeader = 24;
    private const int MaxRecordBytes = 256 * 1024 * 1024;
    private static readonly byte[] Magic = "TCWAL\0\0\u0001"u8.ToArray();
    private readonly SafeFileHandle _file;

    private WalLog(string path, SafeFileHandle file, Guid block, string tenant, long length)
    {
        Path = path;
        _file = file;
        Block = block;
        Tenant = tenant;
        Length = length;
    }

    public string Path { get; }

    public Guid Block { get; }

    public string Tenant { get; }

    public long Length { get; private set; }

    public static WalLog Create(string directory, string tenant)
    {
        var block = Guid.NewGuid();
        var folder = System.IO.Path.Combine(directory, tenant);
        Directory.CreateDirectory(folder);
        var path = System.IO.Path.Combine(folder, $"{block:d}.wal");
        var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
        RandomAccess.Write(file, Magic, 0);
        return new(path, file, block, tenant, Magic.Length);
    }

    /// <summary>Opens a log that an earlier process left, with its whole records; null when the file holds none.</summary>
    public static (WalLog Log, IReadOnlyList<WalRecord> Records)? Open(string path, string tenant)
    {
        if (!Guid.TryParseExact(System.IO.Path.GetFileNameWithoutExtension(path), "d", out var block))
        {
            return null;
        }

        var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
        var records = new List<WalRecord>();
        var end = Scan(file, records);
        if (records.Count == 0)
        {
            file.Dispose();
            return null;
        }

        return (new(path, file, block, tenant, end), records);
    }

    /// <summary>Appends parts in one write.</summary>
    public IReadOnlyList<WalRecord> Append(IReadOnlyList<(TraceId16 Id, uint Start, uint End, ReadOnlyMemory<byte> Trace)> parts)
    {
        var total = parts.Sum(part => RecordHeader + ContentHeader + part.Trace.Length);
        var buffer = ArrayPool<byte>.Shared.Rent(total);
        var records = new WalRecord[parts.Count];
        try
        {
            var position = 0;
            for (var i = 0; i < parts.Count; i++)
            {
                var (id, start, end, trace) = parts[i];
                var content = buffer.AsSpan(position + RecordHeader, ContentHeader + trace.Length);
                id.CopyTo(content);
                BinaryPrimitives.WriteUInt32LittleEndian(content[16..], start);
                BinaryPrimitives.WriteUInt32LittleEndian(content[20..], end);
                trace.Span.CopyTo(content[ContentHeader..]);
                BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(position), content.Length);
                BinaryPrimitives.WriteUInt32LittleEndian(buffer.AsSpan(position + 4), Checksum(content));
                records[i] = new(id, start, end, new(Length + position + RecordHeader + ContentHeader, trace.Length));
                position += RecordHeader + content.Length;
            }

            RandomAccess.Write(_file, buffer.AsSpan(0, total), Length);
            Length += total;
            return records;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The serialized part at a position.</summary>
    public byte[] Read(WalPosition position)
    {
        var bytes = new byte[position.Length];
        for (var read = 0; read < bytes.Length;)
        {
            var count = RandomAccess.Read(_file, bytes.AsSpan(read), position.Offset + read);
            read += count > 0 ? count : throw new EndOfStreamException($"The log '{Path}' ends before byte {position.Offset + position.Length}.");
        }

        return bytes;
    }

    /// <summary>Takes the file away; readers that still hold the log finish undisturbed.</summary>
    public void Delete() => File.Delete(Path);

    public void Dispose() => _file.Dispose();

    // The end of the last whole record.
    private static long Scan(SafeFileHandle file, List<WalRecord> records)
    {
        var length = RandomAccess.GetLength(file);
        Span<byte> header = stackalloc byte[RecordHeader];
        if (length < Magic.Length || RandomAccess.Read(file, header, 0) < Magic.Length || !header.SequenceEqual(Magic))
        {
            return Magic.Length;
        }

        long offset = Magic.Length;
        while (offset + RecordHeader <= length && RandomAccess.Read(file, header, offset) == RecordHeader)
        {
            var size = BinaryPrimitives.ReadInt32LittleEndian(header);
            if (size is < ContentHeader or > MaxRecordBytes || offset + RecordHeader + size > length)
            {
                break;
            }

            var content = ArrayPool<byte>.Shared.Rent(size);
            try
            {
                var whole = RandomAccess.Read(file, content.AsSpan(0, size), offset + RecordHeader) == size;
                if (!whole || Checksum(content.AsSpan(0, size)) != BinaryPrimitives.ReadUInt32LittleEndian(header[4..]))
                {
                    break;
                }

                records.Add(new(
                    TraceId16.FromBytes(content.AsSpan(0, 16)),
                    BinaryPrimitives.ReadUInt32LittleEndian(content.AsSpan(16)),
                    BinaryPrimitives.ReadUInt32LittleEndian(content.AsSpan(20)),
                    new(offset + RecordHeader + ContentHeader, size - ContentHeader)));
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(content);
            }

            offset += RecordHeader + size;
        }

        return offset;
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }
}
