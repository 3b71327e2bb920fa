using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers;
using TempoCos.Cluster.Network.Http;

namespace TempoCos.Cluster.Network;

/// <summary>
/// Serves ingresses of its class. One that sends everything to one service is reached at that service's loopback port, whatever is spoken there;
/// one with rules or TLS has a listener of its own.
/// </summary>
public sealed class IngressController(ControllerContext context, ServicePorts ports, FrontCertificates certificates, ILogger<IngressController> logger)
    : Controller(context.Store, logger)
{
    private const string Class = "tempocos.dev/loopback";
    private const string DefaultClass = "ingressclass.kubernetes.io/is-default-class";
    private const string Loopback = "127.0.0.1";
    private const string OldClass = "kubernetes.io/ingress.class";

    private readonly Dictionary<ObjectKey, HttpFront> fronts = [];
    private readonly HashSet<ObjectKey> answered = [];

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Task.WhenAll(fronts.Values.Select(front => front.DisposeAsync().AsTask()));
    }

    protected override bool Watches(ObjectKey key) => key.Resource is BuiltInResources.Ingresses or BuiltInResources.Services or BuiltInResources.IngressClasses;

    protected override IEnumerable<ObjectKey> Affected(StoredObject changed, bool deleted) =>
        changed.Key.Resource == BuiltInResources.Ingresses ? [changed.Key] : Store.List(BuiltInResources.Ingresses, changed.Key.Namespace).Objects.Select(ingress => ingress.Key);

    protected override void Reconcile(ObjectKey key)
    {
        var ingress = Store.Find(key)?.ToObject();
        var rules = ingress is null || !IsServed(ingress) ? [] : Rules(ingress);
        var isPlain = rules is [{ Host: "", Path: "/", IsExact: false }] && ingress.At("spec", "tls") is null;
        if ((rules.Count == 0 || isPlain) && fronts.Remove(key, out var old))
        {
            LetEnd(key, old.DisposeAsync());
        }

        if (ingress is null)
        {
            answered.Remove(key);
            return;
        }

        if (rules.Count > 0 && (isPlain ? rules[0].Target : Front(key, rules).Port) is { } port)
        {
            answered.Add(key);
            Write(key, new JsonArray(new JsonObject
            {
                ["ip"] = Loopback,
                ["ports"] = new JsonArray(new JsonObject { ["port"] = port, ["protocol"] = "TCP" }),
            }));
        }
        else if (rules.Count == 0 && answered.Remove(key))
        {
            // What it wrote itself goes; another controller's addresses are not its own, wherever they lead.
            Write(key, []);
        }
    }

    private void Write(ObjectKey key, JsonArray addresses) => context.Registry.Update(context.Type(BuiltInResources.Ingresses), key.Namespace, key.Name, live =>
    {
        live.Ensure("status", "loadBalancer")["ingress"] = addresses.DeepClone();
        return live;
    }, WriteOptions.OfStatus);

    private HttpFront Front(ObjectKey key, List<HttpRule> rules)
    {
        if (!fronts.TryGetValue(key, out var front))
        {
            fronts[key] = front = HttpFront.Start(name => Certificate(key, name));
        }

        front.Rules = rules;
        return front;
    }

    private bool IsServed(JsonObject ingress)
    {
        var name = ingress.Text("spec", "ingressClassName") ?? ingress.Text("metadata", "annotations", OldClass);
        return Store.List(BuiltInResources.IngressClasses).Objects.Select(stored => stored.ToObject()).Any(one => one.Text("spec", "controller") == Class
            && (name is null ? one.Text("metadata", "annotations", DefaultClass) == "true" : one.Text("metadata", "name") == name));
    }

    private List<HttpRule> Rules(JsonObject ingress)
    {
        var ns = ingress.Text("metadata", "namespace")!;
        var rules = new List<HttpRule>();
        foreach (var rule in ingress.Objects("spec", "rules"))
        {
            foreach (var path in rule.Objects("http", "paths"))
            {
                rules.Add(new HttpRule(rule.Text("host") ?? "", path.Text("path") is { Length: > 0 } given ? given : "/", path.Text("pathType") == "Exact", ports.OfBackend(ns, path.At("backend", "service"))));
            }
        }

        if (ingress.At("spec", "defaultBackend", "service") is { } backend)
        {
            rules.Add(new HttpRule("", "/", false, ports.OfBackend(ns, backend)));
        }

        return rules;
    }

    /// <summary>That of the Secret which the ingress names for the host; one of the cluster's where there is none.</summary>
    private X509Certificate2 Certificate(ObjectKey key, string? host)
    {
        var tls = Store.Find(key)?.ToObject().Objects("spec", "tls").ToList() ?? [];
        var named = tls.Find(one => one.Texts("hosts").Contains(host)) ?? tls.FirstOrDefault();
        var secret = named.Text("secretName") is { } name ? Store.Find(new ObjectKey(BuiltInResources.Secrets, key.Namespace, name))?.ToObject() : null;
        return secret.Text("data", "tls.crt") is { } certificate && secret.Text("data", "tls.key") is { } own && certificates.Read(Plain(certificate), Plain(own)) is { } found
            ? found
            : certificates.Of(host ?? "localhost");
    }

    private static string Plain(string encoded) => Encoding.UTF8.GetString(Convert.FromBase64String(encoded));
}
