using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Network;

namespace TempoCos.Cluster.Kubelet.Loopback;

/// <summary>
/// All pods share one loopback address, so what a process reads is made to fit: a port of its pod becomes the one that it has here, a
/// service its loopback address, and Tempo is told where to listen. The API's objects stay as they are.
/// </summary>
public sealed partial class LoopbackView(ServiceAddresses services, JsonObject pod, JsonObject container, IReadOnlyList<PortMapping> ports)
{
    public const string Address = "127.0.0.1";
    private const string JaegerQuery = "jaeger-query";
    private static readonly (string Flag, int Port)[] JaegerListeners = [("query.http-server.host-port", 16686), ("query.grpc-server.host-port", 16685), ("admin.http.host-port", 16687)];

    private readonly string ns = pod.Text("metadata", "namespace")!;
    private readonly string name = container.Text("name")!;

    /// <summary>Content of a file that the container knows by <paramref name="path"/>.</summary>
    public string File(string path, string content) => Text(IsTempoConfiguration(path) ? new TempoFile(this, pod.Text("metadata", "name")!).Adapt(content) : content);

    public string Argument(string text) => Text(ListenFlag().Replace(text, match =>
        Local(int.Parse(match.Groups[2].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture)) is { } local ? $"{match.Groups[1].Value}{Address}:{local}" : match.Value));

    /// <summary>Also a number of its own ports under a name such as <c>HTTP_PORT</c>, by which many programs are told where to listen, and an address that stands for all: nothing listens beyond loopback.</summary>
    public string Variable(string name, string value) =>
        name.EndsWith("PORT", StringComparison.Ordinal) && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && Local(port) is { } local
            ? local.ToString(CultureInfo.InvariantCulture)
            : value is "0.0.0.0" or "::" or "[::]" ? Address
            : Text(value);

    /// <summary>Flags without which a program would listen at ports that another pod may have.</summary>
    public IEnumerable<string> MoreArguments()
    {
        if (name != JaegerQuery || container.Texts("command").Any())
        {
            yield break;
        }

        foreach (var (flag, port) in JaegerListeners)
        {
            if (Local(port) is { } local && !container.Texts("args").Any(argument => argument.TrimStart('-').StartsWith(flag, StringComparison.Ordinal)))
            {
                yield return $"--{flag}={Address}:{local}";
            }
        }
    }

    /// <summary>The port that stands for one of the pod's, the container's own first; null when it is none of them.</summary>
    public int? Local(int port, string protocol = "TCP") =>
        (ports.FirstOrDefault(one => one.ContainerPort == port && one.Protocol == protocol && one.Container == name)
            ?? ports.FirstOrDefault(one => one.ContainerPort == port && one.Protocol == protocol))?.LocalPort;

    public int? Service(string host, int port) => services.Find(ns, host, port);

    private bool IsTempoConfiguration(string path) =>
        name == "tempo" && container.Texts("args").Any(argument => argument.TrimStart('-') == $"config.file={path}");

    private string Text(string text) => HostAndPort().Replace(text, match =>
    {
        var (host, port) = (match.Groups[1].Value, match.Groups[2].Value);
        if (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return match.Value;
        }

        if (host is "localhost" or Address or "0.0.0.0" or "[::]")
        {
            // A certificate may be for the name localhost, so that stays.
            return (Local(number) ?? Local(number, "UDP")) is { } local ? $"{(host == "localhost" ? host : Address)}:{local}" : match.Value;
        }

        return Service(host, number) is { } service ? $"{Address}:{service}" : match.Value;
    });

    [GeneratedRegex(@"(?<![A-Za-z0-9_.:\]-])(localhost|\[::\]|[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*\.?):(\d{1,5})(?![0-9A-Za-z_.-])")]
    private static partial Regex HostAndPort();

    [GeneratedRegex(@"^(--?[A-Za-z0-9._-]+=):(\d{1,5})$")]
    private static partial Regex ListenFlag();
}
