using System.Text;

namespace TempoCos.Tempo.Http;

/// <summary>Label values as the Prometheus text format writes them.</summary>
internal static class LabelKey
{
    /// <summary><c>a="1",b="2"</c></summary>
    public static string Of(string[] labels, ReadOnlySpan<string> values)
    {
        if (labels.Length == 0)
        {
            return "";
        }

        var key = new StringBuilder();
        for (var i = 0; i < labels.Length; i++)
        {
            var value = values[i].Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
            key.Append(i == 0 ? "" : ",").Append(labels[i]).Append("=\"").Append(value).Append('"');
        }

        return key.ToString();
    }
}
