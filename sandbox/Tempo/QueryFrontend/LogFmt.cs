using System.Text;
using TempoCos.Tempo.Http;

namespace TempoCos.Tempo.QueryFrontend;

/// <summary><c>k=v k2="v 2"</c></summary>
public static class LogFmt
{
    public static IEnumerable<KeyValuePair<string, string>> Parse(string text)
    {
        var at = 0;
        while (true)
        {
            while (at < text.Length && text[at] <= ' ')
            {
                at++;
            }

            if (at >= text.Length)
            {
                yield break;
            }

            var start = at;
            while (at < text.Length && text[at] > ' ' && text[at] != '=')
            {
                at++;
            }

            var key = text[start..at];
            if (key.Length == 0 || key.Contains('"', StringComparison.Ordinal))
            {
                throw HttpFailureException.BadRequest($"invalid tags: logfmt syntax error at pos {at + 1} on line 1: unexpected '{text[Math.Min(at, text.Length - 1)]}'");
            }

            var value = "";
            if (at < text.Length && text[at] == '=')
            {
                at++;
                value = at < text.Length && text[at] == '"' ? Quoted(text, ref at) : Plain(text, ref at);
            }

            yield return new(key, value);
        }
    }

    private static string Plain(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && text[at] > ' ')
        {
            at++;
        }

        return text[start..at];
    }

    private static string Quoted(string text, ref int at)
    {
        var value = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            if (text[at] == '"')
            {
                at++;
                return value.ToString();
            }

            if (text[at] == '\\' && at + 1 < text.Length)
            {
                at++;
            }

            value.Append(text[at]);
        }

        throw HttpFailureException.BadRequest($"invalid tags: logfmt syntax error at pos {at + 1} on line 1: unterminated quoted value");
    }
}
