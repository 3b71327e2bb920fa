using System.Text.RegularExpressions;

namespace TempoCos.Cluster.Api.Admission.Kinds;

/// <summary>How names are written, and what the API server says of those that are not: each rule answers with what is wrong.</summary>
public static partial class Words
{
    private const int LongestLabel = 63;
    private const int LongestName = 253;
    private const int LongestPortName = 15;

    public static IEnumerable<string> Label(string text)
    {
        if (text.Length > LongestLabel)
        {
            yield return $"must be no more than {LongestLabel} characters";
        }

        if (!LabelPattern().IsMatch(text))
        {
            yield return SubdomainPattern().IsMatch(text) ? "must not contain dots"
                : "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
        }
    }

    public static IEnumerable<string> Subdomain(string text)
    {
        if (text.Length > LongestName)
        {
            yield return $"must be no more than {LongestName} characters";
        }

        if (!SubdomainPattern().IsMatch(text))
        {
            yield return "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
        }
    }

    public static IEnumerable<string> WildcardSubdomain(string text) =>
        WildcardPattern().IsMatch(text) ? []
        : ["a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"];

    public static IEnumerable<string> PathSegment(string text) =>
        text is "." or ".." ? [$"may not be '{text}'"] : ((string[])["/", "%"]).Where(part => text.Contains(part, StringComparison.Ordinal)).Select(part => $"may not contain '{part}'");

    public static IEnumerable<string> PortName(string text)
    {
        if (text.Length > LongestPortName)
        {
            yield return $"must be no more than {LongestPortName} characters";
        }

        if (text.Any(one => !char.IsAsciiLetterLower(one) && !char.IsAsciiDigit(one) && one != '-'))
        {
            yield return "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)";
        }

        if (!text.Any(char.IsAsciiLetterLower))
        {
            yield return "must contain at least one letter (a-z)";
        }

        if (text.Contains("--", StringComparison.Ordinal))
        {
            yield return "must not contain consecutive hyphens";
        }

        if (text.Length > 0 && (text[0] == '-' || text[^1] == '-'))
        {
            yield return "must not begin or end with a hyphen";
        }
    }

    /// <summary>Of environments: nearly everything can be printed.</summary>
    public static IEnumerable<string> Variable(string text) =>
        text.All(one => one is >= ' ' and <= '~' and not '=') ? [] : ["a valid environment variable name must consist only of printable ASCII characters other than '='"];

    /// <summary>Of ConfigMaps and Secrets.</summary>
    public static IEnumerable<string> DataKey(string text)
    {
        if (text.Length > LongestName)
        {
            yield return $"must be no more than {LongestName} characters";
        }

        if (!DataKeyPattern().IsMatch(text))
        {
            yield return "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
        }

        if (text is "." or "..")
        {
            yield return $"must not be '{text}'";
        }
        else if (text.StartsWith("..", StringComparison.Ordinal))
        {
            yield return "must not start with '..'";
        }
    }

    /// <summary>Of labels, annotations and resources: a word, perhaps after a domain and a slash.</summary>
    public static IEnumerable<string> Qualified(string text)
    {
        var parts = text.Split('/');
        if (parts.Length > 2)
        {
            yield return "a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
            yield break;
        }

        if (parts.Length == 2)
        {
            foreach (var wrong in parts[0].Length == 0 ? ["must be non-empty"] : Subdomain(parts[0]))
            {
                yield return $"prefix part {wrong}";
            }
        }

        if (parts[^1].Length == 0)
        {
            yield return "name part must be non-empty";
        }
        else if (parts[^1].Length > LongestLabel)
        {
            yield return $"name part must be no more than {LongestLabel} bytes";
        }

        if (!NamePattern().IsMatch(parts[^1]))
        {
            yield return "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
        }
    }

    public static IEnumerable<string> LabelValue(string text)
    {
        if (text.Length > LongestLabel)
        {
            yield return $"must be no more than {LongestLabel} bytes";
        }

        if (text.Length > 0 && !NamePattern().IsMatch(text))
        {
            yield return "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
        }
    }

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex LabelPattern();

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z")]
    private static partial Regex SubdomainPattern();

    [GeneratedRegex(@"^\*\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z")]
    private static partial Regex WildcardPattern();

    [GeneratedRegex(@"^[-._a-zA-Z0-9]+\z")]
    private static partial Regex DataKeyPattern();

    [GeneratedRegex(@"^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\z")]
    private static partial Regex NamePattern();
}
