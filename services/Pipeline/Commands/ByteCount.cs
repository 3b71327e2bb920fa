using System.Globalization;

namespace TempoCos.Pipeline.Commands;

/// <summary>Reads sizes such as 10GiB or 500MB.</summary>
internal static class ByteCount
{
    private static readonly (string Unit, long Bytes)[] Units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40), ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000), ("B", 1), ("", 1),
    ];

    public static bool TryParse(string? text, out long bytes)
    {
        bytes = 0;
        var (unit, scale) = Units.First(known => text?.EndsWith(known.Unit, StringComparison.OrdinalIgnoreCase) != false);
        if (text is null || !decimal.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || number <= 0 || number > long.MaxValue / scale)
        {
            return false;
        }

        bytes = (long)(number * scale);
        return bytes > 0;
    }
}
