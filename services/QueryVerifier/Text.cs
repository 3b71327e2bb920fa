using System.Globalization;

namespace TempoCos.QueryVerifier;

/// <summary>How evidence and reasons are spelled.</summary>
internal static class Text
{
    public static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);

    public static string Cause(string? error) => error is null ? "" : $" (the last error: {error})";
}
