using System.Buffers.Binary;

namespace TempoCos.TempoBlocks;

/// <summary>A trace id of 16 bytes, big-endian, ordered as blocks order their rows. Shorter ids are padded with zeros on the left.</summary>
public readonly record struct TraceId16(ulong High, ulong Low) : IComparable<TraceId16>
{
    /// <summary>From 0 to 16 bytes; shorter ids are padded on the left.</summary>
    /// <exception cref="ArgumentException">More than 16 bytes.</exception>
    public static TraceId16 FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 16)
        {
            throw new ArgumentException($"A trace id has at most 16 bytes, not {bytes.Length}.", nameof(bytes));
        }

        Span<byte> padded = stackalloc byte[16];
        padded.Clear();
        bytes.CopyTo(padded[(16 - bytes.Length)..]);
        return new TraceId16(BinaryPrimitives.ReadUInt64BigEndian(padded), BinaryPrimitives.ReadUInt64BigEndian(padded[8..]));
    }

    /// <summary>From 1 to 32 hexadecimal digits, padded on the left.</summary>
    /// <exception cref="FormatException">Not 1 to 32 hexadecimal digits.</exception>
    public static TraceId16 Parse(string hex) =>
        TryParse(hex, out var id) ? id : throw new FormatException($"'{hex}' is not a trace id: 1 to 32 hexadecimal digits.");

    /// <summary>From 1 to 32 hexadecimal digits, padded on the left.</summary>
    public static bool TryParse(string? hex, out TraceId16 id)
    {
        id = default;
        if (hex is not { Length: >= 1 and <= 32 } || !hex.All(char.IsAsciiHexDigit))
        {
            return false;
        }

        id = FromBytes(Convert.FromHexString(hex.PadLeft(32, '0')));
        return true;
    }

    /// <summary>Writes the 16 bytes.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, High);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], Low);
    }

    /// <summary>The 16 bytes.</summary>
    public byte[] ToByteArray()
    {
        var bytes = new byte[16];
        CopyTo(bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public int CompareTo(TraceId16 other) => High != other.High ? High.CompareTo(other.High) : Low.CompareTo(other.Low);

    /// <summary>32 lower-case hexadecimal digits.</summary>
    public override string ToString() => $"{High:x16}{Low:x16}";

    /// <summary>Lower-case hexadecimal without leading zeros, as Tempo's search answers and the TraceIDText column have it; "" for the zero id.</summary>
    public string ToStrippedString() => ToString().TrimStart('0');

    /// <summary>Order of the bytes.</summary>
    public static bool operator <(TraceId16 left, TraceId16 right) => left.CompareTo(right) < 0;

    /// <summary>Order of the bytes.</summary>
    public static bool operator >(TraceId16 left, TraceId16 right) => left.CompareTo(right) > 0;

    /// <summary>Order of the bytes.</summary>
    public static bool operator <=(TraceId16 left, TraceId16 right) => left.CompareTo(right) <= 0;

    /// <summary>Order of the bytes.</summary>
    public static bool operator >=(TraceId16 left, TraceId16 right) => left.CompareTo(right) >= 0;
}
