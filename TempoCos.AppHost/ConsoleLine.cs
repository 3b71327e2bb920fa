using System.Text.RegularExpressions;

namespace TempoCos.AppHost;

/// <summary>A line of a resource's console, without what Aspire puts in front.</summary>
internal static partial class ConsoleLine
{
    /// <summary>Aspire's own remarks about a resource carry this mark.</summary>
    public static bool IsRemark(LogLine line) => Text(line).StartsWith("[sys] ", StringComparison.Ordinal);

    public static string Text(LogLine line) => Time().Replace(line.Content, "");

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d) ?")]
    private static partial Regex Time();
}
