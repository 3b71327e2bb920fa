using System.Globalization;
using System.Text.Json.Nodes;

namespace TempoCos.Cluster.Api.Admission;

/// <summary>An amount such as 500m, 2 or 10Gi, written back in the shortest form.</summary>
public readonly record struct Quantity(decimal Value, bool Binary)
{
    private static readonly string[] BinarySuffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    private static readonly string[] DecimalSuffixes = ["", "k", "M", "G", "T", "P", "E"];

    public static Quantity Zero { get; } = new(0, Binary: false);

    public static Quantity operator +(Quantity left, Quantity right) => new(left.Value + right.Value, left.Binary || right.Binary);

    /// <summary>Zero for what is none.</summary>
    public static Quantity Parse(JsonNode? node)
    {
        var text = node?.ToString() ?? "";
        var digits = text.Length;
        while (digits > 0 && !char.IsAsciiDigit(text[digits - 1]) && text[digits - 1] != '.')
        {
            digits--;
        }

        var suffix = text[digits..];
        if (!decimal.TryParse(text[..digits], NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return Zero;
        }

        if (Array.IndexOf(BinarySuffixes, suffix) is > 0 and var binary)
        {
            return new(Times(number, Power(1024, binary)), Binary: true);
        }

        return suffix switch
        {
            "m" => new(number / 1000, Binary: false),
            "u" => new(number / 1_000_000, Binary: false),
            "n" => new(number / 1_000_000_000, Binary: false),
            _ => new(Times(number, Power(1000, Math.Max(0, Array.IndexOf(DecimalSuffixes, suffix)))), Binary: false),
        };
    }

    public override string ToString()
    {
        if (Value != decimal.Truncate(Value))
        {
            return $"{decimal.Truncate(Value * 1000).ToString(CultureInfo.InvariantCulture)}m";
        }

        var (step, suffixes) = Binary ? (1024m, BinarySuffixes) : (1000m, DecimalSuffixes);
        var (number, exponent) = (Value, 0);
        while (number != 0 && number % step == 0 && exponent < suffixes.Length - 1)
        {
            (number, exponent) = (number / step, exponent + 1);
        }

        return $"{number.ToString("0", CultureInfo.InvariantCulture)}{suffixes[exponent]}";
    }

    /// <summary>No amount is more than 2^63-1: what would be is that.</summary>
    private static decimal Times(decimal number, decimal factor) =>
        Math.Abs(number) > long.MaxValue / factor ? Math.Sign(number) * (decimal)long.MaxValue : number * factor;

    private static decimal Power(decimal root, int exponent)
    {
        var result = 1m;
        for (; exponent > 0; exponent--)
        {
            result *= root;
        }

        return result;
    }
}
