using System.Buffers;

namespace TempoCos.Tempo.Distributor;

/// <summary>A request's body in one pooled buffer, never longer than allowed.</summary>
public sealed class OtlpBody(int capacity = 64 * 1024) : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(capacity);

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, Length);

    public void Append(ReadOnlySequence<byte> bytes)
    {
        var count = checked((int)bytes.Length);
        Room(count);
        bytes.CopyTo(_buffer.AsSpan(Length));
        Length += count;
    }

    /// <summary>Reads a stream to its end.</summary>
    /// <exception cref="OtlpBodyTooLargeException">More than <paramref name="maxBytes"/>.</exception>
    public async Task AppendAsync(Stream source, int maxBytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            Room(16 * 1024);
            var read = await source.ReadAsync(_buffer.AsMemory(Length), cancellationToken);
            if (read == 0)
            {
                return;
            }

            Length += read;
            if (Length > maxBytes)
            {
                throw new OtlpBodyTooLargeException();
            }
        }
    }

    /// <summary>Makes room for so many bytes in all.</summary>
    public void Reserve(int total) => Room(total - Length);

    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    private void Room(int bytes)
    {
        if (Length + bytes > _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, Length + bytes));
            _buffer.AsSpan(0, Length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
    }
}
