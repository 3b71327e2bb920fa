using System.Globalization;
using Google.Protobuf;

namespace TempoCos.Tempo.Distributor.Json;

/// <summary>Ids, numbers and enums as OTLP writes them in JSON.</summary>
internal static class JsonScalars
{
    public static ByteString Hex(ref JsonCursor cursor, int length)
    {
        const string operation = "ID.UnmarshalJSONIter";
        var text = cursor.ReadString();
        if (text.Length == 0)
        {
            return ByteString.Empty;
        }

        if (text.Length != length * 2)
        {
            throw cursor.Fault(operation, "length mismatch");
        }

        foreach (var letter in text)
        {
            if (!char.IsAsciiHexDigit(letter))
            {
                throw cursor.Fault(operation, $"encoding/hex: invalid byte: U+{(int)letter:X4} '{letter}'");
            }
        }

        return UnsafeByteOperations.UnsafeWrap(Convert.FromHexString(text));
    }

    public static ByteString Base64(ref JsonCursor cursor)
    {
        try
        {
            return ByteString.FromBase64(cursor.ReadString());
        }
        catch (FormatException)
        {
            throw cursor.Fault("base64", "illegal base64 data");
        }
    }

    public static ulong Unsigned(ref JsonCursor cursor)
    {
        var text = cursor.ReadNumber("ReadUint64");
        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : throw cursor.Fault("ReadUint64", $"parsing \"{text}\": invalid syntax");
    }

    public static long Signed(ref JsonCursor cursor)
    {
        var text = cursor.ReadNumber("ReadInt64");
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : throw cursor.Fault("ReadInt64", $"parsing \"{text}\": invalid syntax");
    }

    public static double Double(ref JsonCursor cursor)
    {
        var text = cursor.ReadNumber("ReadFloat64");
        return text switch
        {
            "Infinity" or "Inf" or "+Inf" => double.PositiveInfinity,
            "-Infinity" or "-Inf" => double.NegativeInfinity,
            "NaN" => double.NaN,
            _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) => value,
            _ => throw cursor.Fault("ReadFloat64", $"parsing \"{text}\": invalid syntax"),
        };
    }

    public static int Enumeration(ref JsonCursor cursor, string prefix, Type type)
    {
        if (!cursor.AtString())
        {
            return (int)Signed(ref cursor);
        }

        var text = cursor.ReadString();
        return text.StartsWith(prefix, StringComparison.Ordinal) && Enum.TryParse(type, text[prefix.Length..].Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var value)
            ? (int)value
            : throw cursor.Fault("ReadEnumValue", "unknown string value");
    }
}
