using System.Globalization;
using TempoCos.Tempo.Configuration;

namespace TempoCos.Tempo.Jaeger;

/// <summary>The flags of <c>jaeger-query</c>.</summary>
public sealed record JaegerOptions(Uri TempoUrl, string Address, int Port)
{
    public static JaegerOptions? Parse(IReadOnlyList<string> args)
    {
        string url = "", address = "127.0.0.1";
        var port = 16686;
        for (var i = 0; i < args.Count; i++)
        {
            var flag = args[i].TrimStart('-');
            var equals = flag.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? flag : flag[..equals];
            if (name is "help" or "h")
            {
                return null;
            }

            var value = equals >= 0 ? flag[(equals + 1)..] : i + 1 < args.Count ? args[++i] : throw ConfigurationException.BadValue(args[i], "", "followed by a value");
            switch (name)
            {
                case "tempo-url": url = value; break;
                case "http-address": address = value; break;
                case "http-port":
                    port = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 65535
                        ? number
                        : throw ConfigurationException.BadValue("--http-port", value, "a port from 0 to 65535");
                    break;
                default: throw ConfigurationException.UnknownFlag(args[i]);
            }
        }

        return Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https"
            ? new(new(parsed.ToString().TrimEnd('/') + "/"), address, port)
            : throw ConfigurationException.BadValue("--tempo-url", url, "a URL such as http://127.0.0.1:3200");
    }
}
