using System.Globalization;
using System.Text.Json.Nodes;

namespace TempoCos.Cluster.Api.Json;

/// <summary>An amount such as 500m, 2 or 10Gi, written back in the shortest form.</summary>
public readonly record struct Quantity(decimal Value, bool Binary)
{
    private static readonly string[] BinarySuffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    private static readonly string[] Fractions = ["m", "u", "n"];
    private static readonly string[] DecimalSuffixes = ["", "k", "M", "G", "T", "P", "E"];

    public static Quantity Zero { get; } = new(0, Binary: false);

    public static Quantity operator +(Quantity left, Quantity right) => new(left.Value + right.Value, left.Binary || right.Binary);

    /// <summary>Zero for what is none.</summary>
    public static Quantity Parse(JsonNode? node) => Find(node) ?? Zero;

    /// <summary>Null when there is none, or what is there is no amount.</summary>
    public static Quantity? Find(JsonNode? node)
    {
        var text = node?.ToString() ?? "";
        var digits = text.Length;
        while (digits > 0 && !char.IsAsciiDigit(text[digits - 1]) && text[digits - 1] != '.')
        {
            digits--;
        }

        if (!decimal.TryParse(text.AsSpan(0, digits), NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        var suffix = text[digits..];
        return Array.IndexOf(BinarySuffixes, suffix) is > 0 and var binary ? new(Times(number, Power(1024, binary)), Binary: true)
            : Array.IndexOf(DecimalSuffixes, suffix) is >= 0 and var thousands ? new(Times(number, Power(1000, thousands)), Binary: false)
            : Array.IndexOf(Fractions, suffix) is >= 0 and var parts ? new(number / Power(1000, parts + 1), Binary: false)
            : null;
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
