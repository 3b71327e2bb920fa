using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Access;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers;
using TempoCos.Cluster.Network.Http;
using TempoCos.Cluster.Operator;
using TempoCos.Cluster.Operator.Manifests;

namespace TempoCos.Cluster.Network;

/// <summary>
/// Admits OpenShift's Routes, where the cluster serves that kind, and answers each at a loopback port of its own. A Route's status has no
/// place for a port, so that an annotation says where it is.
/// </summary>
public sealed class RouteController(
    ControllerContext context, ServicePorts ports, FrontCertificates certificates, ServerCertificate authority, FeatureGates gates, ILogger<RouteController> logger) : Controller(context.Store, logger)
{
    public const string Routes = "routes.route.openshift.io";

    /// <summary>Where on loopback the route is answered: <c>127.0.0.1:PORT</c>.</summary>
    public const string Address = "tempocos.dev/address";

    private const string HostGenerated = "openshift.io/host.generated";

    private readonly Dictionary<ObjectKey, HttpFront> fronts = [];

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Task.WhenAll(fronts.Values.Select(front => front.DisposeAsync().AsTask()));
    }

    protected override bool Watches(ObjectKey key) => key.Resource is Routes or BuiltInResources.Services;

    protected override IEnumerable<ObjectKey> Affected(StoredObject changed, bool deleted) =>
        changed.Key.Resource == Routes
            ? Store.List(Routes).Objects.Where(other => other.ToObject() is var route && (IsRefused(route) || (Host(route) is { Length: > 0 } host && host == Host(changed.ToObject())))).Select(other => other.Key).Append(changed.Key)
            : Store.List(Routes, changed.Key.Namespace).Objects.Select(route => route.Key);

    protected override void Reconcile(ObjectKey key)
    {
        if (Store.Find(key) is not { Deleting: false } stored || context.Catalog.Find(Routes) is not { } type)
        {
            if (fronts.Remove(key, out var old))
            {
                LetEnd(key, old.DisposeAsync());
            }

            return;
        }

        var route = stored.ToObject();
        var host = HostOf(key, route);
        var refusal = Refusal(key, route, host);
        if ((refusal is not null || IsPassedThrough(route)) && fronts.Remove(key, out var closed))
        {
            LetEnd(key, closed.DisposeAsync());
        }

        var port = refusal is null ? Serve(key, route, host) : null;
        context.Registry.Update(type, key.Namespace, key.Name, live =>
        {
            if (live.Text("spec", "host") is null or "")
            {
                live.Ensure("spec")["host"] = host;
                live.Ensure("metadata", "annotations")[HostGenerated] = "true";
            }

            live.Ensure("metadata", "annotations")[Address] = $"127.0.0.1:{port?.ToString(CultureInfo.InvariantCulture)}";
            return live;
        }, WriteOptions.Main);
        Admit(type, key, route, host, refusal);
    }

    /// <summary>One that may be admitted when another one goes, or has another host than the one that both named: that is known no more then.</summary>
    private static bool IsRefused(JsonObject route) => Judged(route).Text("status") == "False";

    private static JsonObject? Judged(JsonObject route) => route.Objects("status", "ingress").FirstOrDefault()?.Objects("conditions").FirstOrDefault();

    /// <summary>Its TLS is the service's own affair, and so is its port.</summary>
    private static bool IsPassedThrough(JsonObject route) => route.Text("spec", "tls", "termination") == "passthrough";

    private static string? Host(JsonObject route) => route.Text("spec", "host");

    private string HostOf(ObjectKey key, JsonObject route) => Host(route) is { Length: > 0 } given ? given : $"{key.Name}-{key.Namespace}.{gates.BaseDomain}";

    /// <summary>A host belongs to the oldest route that names it, and with it to that one's namespace.</summary>
    private string? Refusal(ObjectKey key, JsonObject route, string host)
    {
        var path = Path(route);
        var older = Store.List(Routes).Objects.Where(other => other.Key != key && !other.Deleting).Select(other => (other.Key, Route: other.ToObject()))
            .Where(other => Host(other.Route) == host && (other.Key.Namespace != key.Namespace || Path(other.Route) == path) && Age(other.Route).CompareTo(Age(route)) < 0)
            .Select(other => other.Key).FirstOrDefault();
        return older is null ? null
            : older.Namespace == key.Namespace ? $"route {older.Name} already exposes {host} and is older"
            : $"a route in another namespace holds {host} and is older than {key.Name}";
    }

    private static string Path(JsonObject route) => route.Text("spec", "path") is { Length: > 0 } path ? path : "/";

    private static (string, string) Age(JsonObject route) => (route.Text("metadata", "creationTimestamp") ?? "", route.Text("metadata", "uid") ?? "");

    private int? Serve(ObjectKey key, JsonObject route, string host)
    {
        var target = ports.OfTarget(key.Namespace, route.Text("spec", "to", "name"), route.At("spec", "port", "targetPort"));
        if (IsPassedThrough(route))
        {
            return target;
        }

        if (!fronts.TryGetValue(key, out var front))
        {
            fronts[key] = front = HttpFront.Start(_ => Certificate(key));
        }

        var backendAuthority = route.Text("spec", "tls", "termination") == "reencrypt" ? route.Text("spec", "tls", "destinationCACertificate") ?? authority.AuthorityPem : null;
        front.Rules =
        [
            new HttpRule(host, Path(route), false, target, backendAuthority, $"{route.Text("spec", "to", "name")}.{key.Namespace}.svc"),
        ];
        front.RedirectsToTls = route.Text("spec", "tls", "insecureEdgeTerminationPolicy") == "Redirect";
        return front.Port;
    }

    private X509Certificate2 Certificate(ObjectKey key)
    {
        var route = Store.Find(key)?.ToObject() ?? [];
        var (tls, host) = (route.At("spec", "tls"), HostOf(key, route));
        return tls.Text("certificate") is { } certificate && tls.Text("key") is { } own && certificates.Read(certificate, own) is { } brought ? brought : certificates.Of(host);
    }

    private void Admit(ResourceType type, ObjectKey key, JsonObject route, string host, string? refusal)
    {
        var before = Judged(route);
        var status = refusal is null ? "True" : "False";
        context.Registry.Update(type, key.Namespace, key.Name, live =>
        {
            live.Ensure("status")["ingress"] = new JsonArray(new JsonObject
            {
                ["host"] = host,
                ["routerName"] = "default",
                ["routerCanonicalHostname"] = $"router-default.{gates.BaseDomain}",
                ["wildcardPolicy"] = "None",
                ["conditions"] = new JsonArray(Content.Map(
                    ("type", "Admitted"),
                    ("status", status),
                    ("reason", refusal is null ? null : "HostAlreadyClaimed"),
                    ("message", refusal),
                    ("lastTransitionTime", before.Text("status") == status ? before.Text("lastTransitionTime") : context.Registry.Now))),
            });
            return live;
        }, WriteOptions.OfStatus);
    }
}
