using System.Globalization;

namespace TempoCos.Tempo.Configuration;

/// <summary>An endpoint <c>host:port</c>; an empty host means every address.</summary>
public sealed record HostPort(string Host, int Port)
{
    public static HostPort Parse(string key, string text, int defaultPort)
    {
        if (text.Contains("://", StringComparison.Ordinal))
        {
            throw ConfigurationException.BadValue(key, text, "host:port without a scheme");
        }

        var colon = text.LastIndexOf(':');
        if (colon < 0)
        {
            return new(text, defaultPort);
        }

        return int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= 65535
            ? new(text[..colon].Trim('[', ']'), port)
            : throw ConfigurationException.BadValue(key, text, "host:port");
    }

    public override string ToString() => $"{Host}:{Port}";
}
