using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;
using k8s.Autorest;
using k8s.Models;
using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Clusters;

namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>How an Ingress or Route leads to a Service from outside the cluster.</summary>
/// <param name="Base">Scheme, host and port as a client would write them.</param>
/// <param name="Connect">Where that leads: to the host, or where it does not resolve to the address in the status.</param>
/// <param name="Target">For the receipt.</param>
internal sealed record Outward(Uri Base, Connect Connect, string Target)
{
    /// <summary>Annotation by which a router that is not at the usual ports says where it answers a Route, <c>HOST:PORT</c>: its status has no place for a port.</summary>
    private const string AddressAnnotation = "tempocos.dev/address";

    private static readonly TimeSpan JudgedWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>By the Ingress of this name; null when there is none.</summary>
    /// <exception cref="DiagnosticException">TC347 or TC348: it leads nowhere.</exception>
    public static async Task<Outward?> ByIngressAsync(ClusterConnection cluster, string @namespace, string name, CancellationToken cancellationToken)
    {
        V1Ingress ingress;
        try
        {
            ingress = await cluster.Client.NetworkingV1.ReadNamespacedIngressAsync(name, @namespace, cancellationToken: cancellationToken);
        }
        catch (HttpOperationException exception) when (exception.Response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        var host = ingress.Spec.Rules?.FirstOrDefault()?.Host ?? "";
        var isTls = ingress.Spec.Tls?.Any(tls => tls.Hosts is not { Count: > 0 } hosts || hosts.Contains(host)) == true;
        var given = ingress.Status?.LoadBalancer?.Ingress?.FirstOrDefault();
        var usual = isTls ? 443 : 80;
        var port = given?.Ports?.Any(one => one.Port == usual) == true ? usual : given?.Ports?.FirstOrDefault()?.Port;
        return await LeadAsync(
            $"Ingress {@namespace}/{name}", host, isTls, given?.Ip ?? given?.Hostname ?? "", port,
            $"See that an ingress controller serves the class {ingress.Spec.IngressClassName ?? "(none)"}: `kubectl get ingressclass`.", cancellationToken);
    }

    /// <summary>By the Route of this name; null when there is none, or the cluster has no Routes.</summary>
    /// <param name="cluster">Where it is.</param>
    /// <param name="namespace">Of the Route.</param>
    /// <param name="name">Of the Route.</param>
    /// <param name="wanted">What the stack's manifest says of it: <c>host</c>, <c>termination</c>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="DiagnosticException">TC347 or TC348: it leads nowhere.</exception>
    public static async Task<Outward?> ByRouteAsync(ClusterConnection cluster, string @namespace, string name, JsonNode? wanted, CancellationToken cancellationToken)
    {
        if (await JudgedAsync(cluster, @namespace, name, wanted, cancellationToken) is not { } route)
        {
            return null;
        }

        var admitted = At(route, "status", "ingress") is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0 ? list[0] : default;
        if (Refusal(admitted) is { } refusal)
        {
            throw new DiagnosticException(Codes.NoAddress, $"Route {@namespace}/{name}", $"The router does not admit it: {refusal}", "See `kubectl describe route`; a host that another route has is not given twice: choose one by --ingress-host.");
        }

        var host = Text(At(admitted, "host")) is { Length: > 0 } served ? served : Text(At(route, "spec", "host"));
        var isTls = IsTls(route);
        if (host.Length > 0 && Uri.TryCreate($"tcp://{Text(At(route, "metadata", "annotations", AddressAnnotation))}", UriKind.Absolute, out var address) && address.Port > 0)
        {
            return Named(host, isTls, address.Host, address.Port);
        }

        return await LeadAsync(
            $"Route {@namespace}/{name}", host, isTls, Text(At(admitted, "routerCanonicalHostname")), null,
            "See that a router admitted it: `kubectl describe route`.", cancellationToken);
    }

    /// <summary>
    /// The Route once the operator has made it as the manifest wants it, which a stack that was ready before does not wait for, and a router has
    /// said something of the host that it has now; or after a while in any case.
    /// </summary>
    private static async Task<JsonElement?> JudgedAsync(ClusterConnection cluster, string @namespace, string name, JsonNode? wanted, CancellationToken cancellationToken)
    {
        var asked = wanted?["host"]?.ToString() ?? "";
        var termination = (wanted?["route"]?["termination"] ?? wanted?["termination"])?.ToString();
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(Pause, cancellationToken))
        {
            JsonElement route;
            try
            {
                route = await cluster.Client.CustomObjects.GetNamespacedCustomObjectAsync<JsonElement>("route.openshift.io", "v1", @namespace, "routes", name, cancellationToken);
            }
            catch (HttpOperationException exception) when (exception.Response.StatusCode == HttpStatusCode.NotFound)
            {
                return null;
            }

            var host = Text(At(route, "spec", "host"));
            var of = At(route, "status", "ingress") is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0 ? Text(At(list[0], "host")) : "";
            var isAsked = (asked.Length == 0 || host == asked) && (termination is null or "" || IsTls(route) == (termination != "insecure"));
            if ((isAsked && host.Length > 0 && of == host) || waited.Elapsed > JudgedWithin)
            {
                return route;
            }
        }
    }

    private static bool IsTls(JsonElement route) => Text(At(route, "spec", "tls", "termination")).Length > 0;

    private static string? Refusal(JsonElement admitted) => At(admitted, "conditions") is { ValueKind: JsonValueKind.Array } conditions
        ? conditions.EnumerateArray().Where(one => Text(At(one, "type")) == "Admitted" && Text(At(one, "status")) == "False").Select(one => $"{Text(At(one, "reason"))}: {Text(At(one, "message"))}").FirstOrDefault()
        : null;

    private static async Task<Outward> LeadAsync(string what, string host, bool isTls, string address, int? addressPort, string fix, CancellationToken cancellationToken)
    {
        var port = addressPort ?? (isTls ? 443 : 80);
        if (host.Length > 0 && await ResolvesAsync(host, cancellationToken))
        {
            return new(BaseOf(isTls, host, port), new HostDial(host, port).ConnectAsync, addressPort is null ? host : $"{host}:{port}");
        }

        if (address.Length == 0)
        {
            throw host.Length == 0
                ? new DiagnosticException(Codes.NoAddress, what, "It has no host, and no controller gave it an address", fix)
                : new DiagnosticException(Codes.HostUnknown, host, $"The host of the {what} does not resolve here, and no controller gave it an address", fix);
        }

        return host.Length > 0 ? Named(host, isTls, address, port) : new(BaseOf(isTls, address, port), new HostDial(address, port).ConnectAsync, $"{address}:{port}");
    }

    private static Outward Named(string host, bool isTls, string address, int port) =>
        new(BaseOf(isTls, host, port), new HostDial(address, port).ConnectAsync, $"{host} at {address}:{port}");

    private static Uri BaseOf(bool isTls, string host, int port) => new($"{(isTls ? "https" : "http")}://{host}:{port}");

    private static async Task<bool> ResolvesAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            return (await Dns.GetHostAddressesAsync(host, cancellationToken)).Length > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static JsonElement At(JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            element = element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var inner) ? inner : default;
        }

        return element;
    }

    private static string Text(JsonElement element) => element.ValueKind == JsonValueKind.String ? element.GetString()! : "";
}
