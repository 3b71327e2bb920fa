using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace TempoCos.Cluster.Api.Pods.Spdy;

/// <summary>The headers that one side sends: all blocks of a connection are one zlib stream, which begins with the dictionary.</summary>
public sealed class HeaderInflater : IDisposable
{
    private const int MaximumHeaders = 64;
    private const int MaximumLength = 8 << 10;
    private const int ZlibHeader = 6;
    private const int HasDictionary = 0x20;

    private readonly MemoryStream compressed = new();
    private readonly DeflateStream plain;
    private bool begun;

    public HeaderInflater()
    {
        plain = new DeflateStream(compressed, CompressionMode.Decompress, leaveOpen: true);

        // DeflateStream takes no dictionary, but to have read it as a stored block comes to the same.
        var dictionary = HeaderDictionary.Bytes;
        var block = new byte[5];
        BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(1), (ushort)dictionary.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(3), (ushort)~dictionary.Length);
        Feed([.. block, .. dictionary]);
        plain.ReadExactly(new byte[dictionary.Length]);
    }

    public IReadOnlyDictionary<string, string> Read(ReadOnlySpan<byte> block)
    {
        if (!begun)
        {
            begun = true;
            if (block.Length < ZlibHeader || (block[1] & HasDictionary) == 0 || BinaryPrimitives.ReadUInt32BigEndian(block[2..]) != HeaderDictionary.Id)
            {
                throw new InvalidDataException("the headers are not compressed with SPDY's dictionary");
            }

            block = block[ZlibHeader..];
        }

        Feed(block);
        try
        {
            var count = Number(MaximumHeaders);
            var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            for (var i = 0; i < count; i++)
            {
                var name = Text();
                headers[name] = Text();
            }

            return compressed.Position == compressed.Length ? headers : throw new InvalidDataException("a block of headers has more than it says");
        }
        catch (EndOfStreamException early)
        {
            throw new InvalidDataException("a block of headers ends early", early);
        }
    }

    public void Dispose()
    {
        plain.Dispose();
        compressed.Dispose();
    }

    private void Feed(ReadOnlySpan<byte> block)
    {
        compressed.SetLength(0);
        compressed.Write(block);
        compressed.Position = 0;
    }

    private int Number(int most)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        plain.ReadExactly(bytes);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes) is var number && number <= most ? (int)number : throw new InvalidDataException($"{number} is more than headers may be");
    }

    private string Text()
    {
        var bytes = new byte[Number(MaximumLength)];
        plain.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes);
    }
}
