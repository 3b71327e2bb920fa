using System.Buffers;
using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Ingester;

/// <summary>Finds the whole records of a log's file. After damage it looks on for the next record, so that one bad byte costs one record.</summary>
internal sealed class WalScan(SafeFileHandle file) : IDisposable
{
    private const int WindowBytes = 1 << 20;
    private readonly long _length = RandomAccess.GetLength(file);
    private byte[] _window = ArrayPool<byte>.Shared.Rent(WindowBytes);
    private long _windowStart;
    private int _windowLength;

    // Looking for a record among damaged bytes may not take longer than reading the file a few times.
    private long _searchBudget = (RandomAccess.GetLength(file) * 4) + WindowBytes;

    public List<WalRecord> Records { get; } = [];

    public List<WalDamage> Damages { get; } = [];

    /// <summary>Where the last whole record ends.</summary>
    public long End { get; private set; } = WalLog.Magic.Length;

    public void Run()
    {
        if (_length == 0)
        {
            return;
        }

        if (_length < WalLog.Magic.Length || !Bytes(0, WalLog.Magic.Length).SequenceEqual(WalLog.Magic))
        {
            Damages.Add(new(0, Math.Min(_length, WalLog.Magic.Length), _length <= WalLog.Magic.Length));
        }

        var offset = (long)WalLog.Magic.Length;
        while (offset < _length)
        {
            if (TryRecord(offset, out var record))
            {
                Records.Add(record);
                offset = record.Position.Offset + record.Position.Length;
                End = offset;
                continue;
            }

            var next = NextRecord(offset + 1);
            Damages.Add(new(offset, next - offset, next == _length));
            offset = next;
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_window);

    private long NextRecord(long offset)
    {
        for (; offset + WalLog.RecordHead <= _length && _searchBudget > 0; offset++)
        {
            if (TryRecord(offset, out _))
            {
                return offset;
            }
        }

        return _length;
    }

    private bool TryRecord(long offset, out WalRecord record)
    {
        record = default;
        if (offset + WalLog.RecordHead > _length)
        {
            return false;
        }

        var head = Bytes(offset, WalLog.RecordHead);
        var size = BinaryPrimitives.ReadInt32LittleEndian(head);
        if (size is < WalLog.ContentHead or > WalLog.MaxRecordBytes || offset + WalLog.FrameHead + size > _length)
        {
            return false;
        }

        _searchBudget -= size;
        var checksum = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
        var content = Bytes(offset + WalLog.FrameHead, size);
        if (WalLog.Checksum(content) != checksum)
        {
            return false;
        }

        record = new(
            TraceId16.FromBytes(content[..16]),
            BinaryPrimitives.ReadUInt32LittleEndian(content[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(content[20..]),
            new(offset + WalLog.RecordHead, size - WalLog.ContentHead));
        return true;
    }

    // A view of the file, good until the next call.
    private ReadOnlySpan<byte> Bytes(long offset, int count)
    {
        if (offset < _windowStart || offset + count > _windowStart + _windowLength)
        {
            if (count > _window.Length)
            {
                ArrayPool<byte>.Shared.Return(_window);
                _window = ArrayPool<byte>.Shared.Rent(count);
            }

            (_windowStart, _windowLength) = (offset, 0);
            while (_windowLength < count)
            {
                var read = RandomAccess.Read(file, _window.AsSpan(_windowLength), offset + _windowLength);
                if (read == 0)
                {
                    throw new EndOfStreamException($"A log became shorter than {offset + count} bytes while it was read.");
                }

                _windowLength += read;
            }
        }

        return _window.AsSpan((int)(offset - _windowStart), count);
    }
}
