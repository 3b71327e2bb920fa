using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using Google.Protobuf;
using Microsoft.Win32.SafeHandles;
using TempoCos.Otlp;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Ingester;

/// <summary>
/// The write-ahead log of one block to be: a header, then records of length, CRC-32C and content (id, times, serialized part). An
/// append is one write, so a process that is killed leaves at most a torn last record, which reading leaves out.
/// </summary>
public sealed partial class WalLog : IDisposable
{
    /// <summary>Length and checksum.</summary>
    internal const int FrameHead = 8;

    /// <summary>Id and times.</summary>
    internal const int ContentHead = 24;

    internal const int MaxRecordBytes = 256 * 1024 * 1024;

    /// <summary>What lies before a trace's message.</summary>
    public const int RecordHead = FrameHead + ContentHead;

    private readonly SafeFileHandle _file;
    private readonly ILogger? _logger;

    private WalLog(string path, SafeFileHandle file, Guid block, string tenant, long length, ILogger? logger)
    {
        Path = path;
        _file = file;
        Block = block;
        Tenant = tenant;
        Length = length;
        _logger = logger;
    }

    internal static byte[] Magic { get; } = "TCWAL\0\0\u0001"u8.ToArray();

    public string Path { get; }

    public Guid Block { get; }

    public string Tenant { get; }

    public long Length { get; private set; }

    public static WalLog Create(string directory, string tenant, ILogger? logger = null)
    {
        var block = Guid.NewGuid();
        var folder = System.IO.Path.Combine(directory, tenant);
        Directory.CreateDirectory(folder);
        var path = System.IO.Path.Combine(folder, $"{block:d}.wal");
        var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
        var log = new WalLog(path, file, block, tenant, 0, logger);
        try
        {
            log.Write(Magic);
            return log;
        }
        catch
        {
            log.Dispose();
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Opens a log that an earlier process left, and says in the program's log where it is damaged; null when its name is none of a log.</summary>
    public static WalReplay? Open(string path, string tenant, ILogger? logger = null)
    {
        if (!Guid.TryParseExact(System.IO.Path.GetFileNameWithoutExtension(path), "d", out var block))
        {
            return null;
        }

        var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
        using var scan = new WalScan(file);
        scan.Run();
        foreach (var damage in scan.Damages)
        {
            if (logger is null)
            {
                continue;
            }

            if (damage.AtEnd)
            {
                Log.Torn(logger, path, damage.Offset, damage.Length);
            }
            else
            {
                Log.Damaged(logger, path, damage.Offset, damage.Length);
            }
        }

        return new(new(path, file, block, tenant, scan.End, logger), scan.Records, scan.Damages);
    }

    /// <summary>Fills in what lies before each trace of a batch; nothing of it may be changed then.</summary>
    public static void Seal(TraceBatch batch)
    {
        foreach (var part in batch.Parts)
        {
            var record = batch.Written.Slice(part.Offset - RecordHead, RecordHead + part.Length);
            var content = record[FrameHead..];
            part.Id.CopyTo(content);
            BinaryPrimitives.WriteUInt32LittleEndian(content[16..], part.Start);
            BinaryPrimitives.WriteUInt32LittleEndian(content[20..], part.End);
            BinaryPrimitives.WriteInt32LittleEndian(record, content.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(record[4..], Checksum(content));
        }
    }

    /// <summary>Appends a sealed batch in one write; where it begins. When that fails, nothing of it stays.</summary>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    public long Append(TraceBatch batch)
    {
        var offset = Length;
        Write(batch.Written);
        return offset;
    }

    /// <summary>The serialized part at a position; null when it is damaged.</summary>
    public byte[]? Read(WalPosition position)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(RecordHead + position.Length);
        try
        {
            var trace = Read(position, buffer);
            return trace.IsEmpty && position.Length > 0 ? null : trace.ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The part at a position; null when it is damaged.</summary>
    public TracesData? ReadTrace(WalPosition position)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(RecordHead + position.Length);
        try
        {
            var trace = Read(position, buffer);
            return trace.IsEmpty && position.Length > 0 ? null : TracesData.Parser.ParseFrom(trace);
        }
        catch (InvalidProtocolBufferException)
        {
            ReportDamage(position);
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Takes the file away; readers that still hold the log finish undisturbed.</summary>
    public void Delete() => File.Delete(Path);

    /// <summary>Keeps the file of a damaged log under a name that nothing reads, for whoever wants to look at it.</summary>
    public void PutAside() => File.Move(Path, Path + ".damaged", overwrite: true);

    public void Dispose() => _file.Dispose();

    internal static uint Checksum(ReadOnlySpan<byte> bytes)
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

    private void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(_file, bytes, Length);
        }
        catch (Exception exception) when (exception is IOException or ArgumentOutOfRangeException)
        {
            // What was written of it was not acknowledged: the next append begins on clean ground.
            RandomAccess.SetLength(_file, Length);
            // The other one tells of a limit on the file's size.
            throw exception as IOException ?? new IOException("the file may not grow any more", exception);
        }

        Length += bytes.Length;
    }

    private ReadOnlySpan<byte> Read(WalPosition position, byte[] buffer)
    {
        var record = buffer.AsSpan(0, RecordHead + position.Length);
        for (var read = 0; read < record.Length;)
        {
            var count = RandomAccess.Read(_file, record[read..], position.Offset - RecordHead + read);
            if (count == 0)
            {
                break;
            }

            read += count;
        }

        var content = record[FrameHead..];
        if (BinaryPrimitives.ReadInt32LittleEndian(record) == content.Length && BinaryPrimitives.ReadUInt32LittleEndian(record[4..]) == Checksum(content))
        {
            return content[ContentHead..];
        }

        ReportDamage(position);
        return default;
    }

    private void ReportDamage(WalPosition position)
    {
        if (_logger is not null)
        {
            Log.Damaged(_logger, Path, position.Offset - RecordHead, RecordHead + position.Length);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "the write-ahead log {Path} is damaged at byte {Offset}: {Bytes} bytes are lost, what is before and after is kept")]
        public static partial void Damaged(ILogger logger, string path, long offset, long bytes);

        [LoggerMessage(Level = LogLevel.Warning, Message = "the write-ahead log {Path} ends within a record at byte {Offset}: its {Bytes} bytes were not acknowledged, or are damaged; what is before is kept")]
        public static partial void Torn(ILogger logger, string path, long offset, long bytes);
    }
}
