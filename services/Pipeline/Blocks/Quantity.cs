using System.Globalization;

namespace TempoCos.Pipeline.Blocks;

/// <summary>Numbers as people read them.</summary>
internal static class Quantity
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    public static string Bytes(long bytes)
    {
        const double step = 1024;
        var (value, unit) = ((double)bytes, 0);
        while (Math.Abs(value) >= step && unit < Units.Length - 1)
        {
            (value, unit) = (value / step, unit + 1);
        }

        return unit == 0 ? $"{bytes} B" : string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {Units[unit]}");
    }

    public static string Count(long count, string one) => count == 1 ? $"1 {one}" : string.Create(CultureInfo.InvariantCulture, $"{count} {one}s");

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A duration of nanoseconds with three or four significant digits.</summary>
    public static string Duration(double nanoseconds) => Math.Abs(nanoseconds) switch
    {
        < 1e3 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds:0} ns"),
        < 1e6 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e3:0.#} µs"),
        < 1e9 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e6:0.##} ms"),
        < 120e9 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e9:0.##} s"),
        < 7200e9 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 60e9:0.#} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 3600e9:0.#} h"),
    };
}
