using System.Globalization;

namespace TempoCos.Tempo.TraceQL;

/// <summary>Doubles in Go's shortest form, always recognizable as no integer.</summary>
internal static class GoFloat
{
    public static string Format(double value)
    {
        if (double.IsNaN(value))
        {
            return "NaN.0";
        }

        if (double.IsInfinity(value))
        {
            return value > 0 ? "+Inf.0" : "-Inf.0";
        }

        // Go changes to an exponent from 1e6 on and below 1e-4, .NET at other places.
        var shortest = value.ToString("E16", CultureInfo.InvariantCulture);
        var exponent = int.Parse(shortest.AsSpan(shortest.IndexOf('E', StringComparison.Ordinal) + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var digits = value.ToString("R", CultureInfo.InvariantCulture);
        if (value != 0 && exponent is < -4 or >= 6)
        {
            var mantissa = digits.IndexOf('E', StringComparison.Ordinal) is >= 0 and var at ? digits[..at] : Mantissa(digits);
            return $"{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
        }

        return digits.Contains('.', StringComparison.Ordinal) ? digits : digits + ".0";
    }

    private static string Mantissa(string digits)
    {
        var sign = digits.StartsWith('-') ? "-" : "";
        var bare = digits.TrimStart('-').Replace(".", "", StringComparison.Ordinal).TrimStart('0').TrimEnd('0');
        return bare.Length <= 1 ? sign + bare : $"{sign}{bare[0]}.{bare[1..]}";
    }
}
