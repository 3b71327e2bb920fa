using System.Net;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Network.Names;

/// <summary>
/// What Kubernetes' DNS answers of services: <c>SERVICE.NAMESPACE.svc.cluster.local</c> with the service's address, or those of its pods when it
/// is headless; <c>HOST.SERVICE.…</c> of one of these; <c>_PORT._PROTOCOL.SERVICE.…</c> with ports (SRV).
/// </summary>
public sealed class ServiceNames(ObjectStore store, ServiceTargets targets, ServiceListeners services, PodListeners pods)
{
    public const string Zone = "cluster.local";

    private const string LoopbackReverse = "127.in-addr.arpa";
    private static readonly DnsRecord Nothing = DnsRecord.Authority(Zone);
    private static readonly DnsAnswer NoSuchName = new(DnsResult.NoSuchName, [], Nothing);
    private static readonly DnsAnswer NoRecord = new(DnsResult.Success, [], Nothing);

    /// <summary>Null when the name is not one of the cluster's.</summary>
    public DnsAnswer? Find(DnsQuery query)
    {
        if (query.Name == Zone)
        {
            return NoRecord;
        }

        if (query.Name.EndsWith($".{LoopbackReverse}", StringComparison.Ordinal))
        {
            return NoSuchName;
        }

        if (!query.Name.EndsWith($".{Zone}", StringComparison.Ordinal))
        {
            return null;
        }

        return query.Name[..^(Zone.Length + 1)].Split('.') switch
        {
            ["svc"] => NoRecord,
            [var ns, "svc"] => store.Find(new ObjectKey(BuiltInResources.Namespaces, "", ns)) is null ? NoSuchName : NoRecord,
            [var service, var ns, "svc"] => OfService(query, ns, service),
            [var host, var service, var ns, "svc"] => OfHost(query, ns, service, host),
            [var port, var protocol, var service, var ns, "svc"] => OfPort(query, ns, service, port, protocol),
            _ => NoSuchName,
        };
    }

    private DnsAnswer OfService(DnsQuery query, string ns, string name) => Service(ns, name) switch
    {
        null => NoSuchName,
        var (_, service) when IsHeadless(service) => Answer(query, [.. Pods(service).Select(pods.Open).OfType<IPAddress>().Select(address => DnsRecord.Address(query.Name, address))]),
        var (key, service) => Answer(query, services.Open(key, service) is { } address ? [DnsRecord.Address(query.Name, address)] : []),
    };

    private DnsAnswer OfHost(DnsQuery query, string ns, string name, string host) =>
        Service(ns, name) is var (_, service) && IsHeadless(service) && Pods(service).FirstOrDefault(pod => Host(pod, name) == host) is { } found
            ? Answer(query, pods.Open(found) is { } address ? [DnsRecord.Address(query.Name, address)] : [])
            : NoSuchName;

    private DnsAnswer OfPort(DnsQuery query, string ns, string name, string port, string protocol)
    {
        if (Service(ns, name) is not var (_, service)
            || service.Objects("spec", "ports").FirstOrDefault(one => $"_{one.Text("name")}" == port && $"_{one.Text("protocol") ?? "TCP"}".Equals(protocol, StringComparison.OrdinalIgnoreCase)) is not { } found)
        {
            return NoSuchName;
        }

        var domain = $"{name}.{ns}.svc.{Zone}";
        return Answer(query, IsHeadless(service)
            ? [.. Pods(service).Select(pod => (Host: Host(pod, name), Port: targets.ContainerPort(pod, found))).Where(pod => pod is { Host: not null, Port: not null })
                .Select(pod => DnsRecord.Service(query.Name, pod.Port!.Value, $"{pod.Host}.{domain}"))]
            : [DnsRecord.Service(query.Name, (int)(found.Number("port") ?? 0), domain)]);
    }

    /// <summary>The name that a pod has below a headless service: its own where it asks for that, else its address.</summary>
    private string? Host(JsonObject pod, string service) => pod.Text("spec", "hostname") is { Length: > 0 } own && pod.Text("spec", "subdomain") == service ? own
        : pods.Open(pod)?.ToString().Replace('.', '-');

    private IEnumerable<JsonObject> Pods(JsonObject service) =>
        targets.Pods(service).Where(pod => service.Flag("spec", "publishNotReadyAddresses") || ServiceTargets.IsReady(pod));

    private (ObjectKey Key, JsonObject Service)? Service(string ns, string name)
    {
        var key = new ObjectKey(BuiltInResources.Services, ns, name);
        return store.Find(key) is { Deleting: false } found ? (key, found.ToObject()) : null;
    }

    private static bool IsHeadless(JsonObject service) => service.Text("spec", "clusterIP") == "None";

    /// <summary>A record of another type than was asked for, such as an address of IPv6, is no answer; but the name is there.</summary>
    private static DnsAnswer Answer(DnsQuery query, IReadOnlyList<DnsRecord> records) =>
        records.Where(record => (int)record.Type == query.Type).ToList() is { Count: > 0 } asked ? new(DnsResult.Success, asked) : NoRecord;
}
