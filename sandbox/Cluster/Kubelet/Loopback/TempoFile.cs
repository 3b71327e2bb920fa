using System.Globalization;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Kubelet.Loopback;

/// <summary>Tempo's configuration file: where it listens, and who it is in rings whose members all have one address.</summary>
public sealed class TempoFile(LoopbackView view, string pod)
{
    private const int Http = 3200;
    private const int Grpc = 9095;
    private const int Gossip = 7946;
    private const int Internal = 3101;

    public string Adapt(string content)
    {
        if (Parse(content) is not { } configuration)
        {
            return content;
        }

        var server = configuration.Ensure("server");
        Listen(server, "http", Http);
        Listen(server, "grpc", Grpc);
        if (configuration["internal_server"] is JsonObject inner && inner.Flag("enable"))
        {
            Listen(inner, "http", Internal);
        }

        Rings(configuration);
        if (configuration["memberlist"] is JsonObject memberlist)
        {
            Memberlist(memberlist);
        }

        if (configuration.At("distributor", "receivers", "otlp", "protocols") is JsonObject otlp)
        {
            Default(otlp, "grpc", "localhost:4317");
            Default(otlp, "http", "localhost:4318");
        }

        return YamlJson.Write(configuration);
    }

    /// <summary>Every port of a Tempo, declared by its container or not, has to be one of its own here.</summary>
    public static IReadOnlyList<int> Ports { get; } = [Http, Grpc, Gossip, Internal];

    private static JsonObject? Parse(string content)
    {
        try
        {
            return YamlJson.Parse(content) as JsonObject;
        }
        catch (YamlDotNet.Core.YamlException)
        {
            // Tempo itself will say what is wrong with it.
            return null;
        }
    }

    private void Listen(JsonObject server, string protocol, int otherwise)
    {
        var asked = (int)(server.Number($"{protocol}_listen_port") ?? otherwise);
        server[$"{protocol}_listen_address"] = LoopbackView.Address;

        // What the pod does not declare nobody is to find; Tempo takes any free port for it.
        server[$"{protocol}_listen_port"] = view.Local(asked) ?? 0;
    }

    private void Rings(JsonObject configuration)
    {
        foreach (var ring in (string[])["distributor", "compactor", "metrics_generator"])
        {
            if (ring != "metrics_generator" || configuration[ring] is JsonObject)
            {
                var member = configuration.Ensure(ring, "ring");
                member["instance_addr"] = LoopbackView.Address;
                member["instance_id"] = pod;
            }
        }

        // The real waits are for members that start at other times on other machines.
        configuration.Ensure("compactor", "ring")["wait_stability_min_duration"] ??= "0s";
        var ingester = configuration.Ensure("ingester", "lifecycler");
        ingester["address"] = LoopbackView.Address;
        ingester["id"] = pod;
        ingester["min_ready_duration"] ??= "0s";
    }

    private void Memberlist(JsonObject memberlist)
    {
        var port = (int)(memberlist.Number("bind_port") ?? Gossip);
        memberlist["node_name"] = pod;
        memberlist["bind_addr"] = new JsonArray(LoopbackView.Address);
        memberlist["advertise_addr"] = LoopbackView.Address;
        memberlist["bind_port"] = view.Local(port) ?? 0;
        memberlist["advertise_port"] = view.Local(port) ?? 0;
        if (memberlist["join_members"] is JsonArray members)
        {
            memberlist["join_members"] = members.Select(member => (JsonNode?)Member(member.Text() ?? "", port)).ToJsonArray();
        }

        // A member that was deleted may have been the one that was joined first.
        memberlist["rejoin_interval"] ??= "10s";
    }

    /// <summary>Of a Service that is not there yet, DNS will know the pods, each with its own port.</summary>
    private string Member(string text, int port)
    {
        if (text.Contains(':', StringComparison.Ordinal))
        {
            return text;
        }

        return view.Service(text, port) is { } service
            ? string.Create(CultureInfo.InvariantCulture, $"{LoopbackView.Address}:{service}")
            : string.Create(CultureInfo.InvariantCulture, $"{text}:{port}");
    }

    private static void Default(JsonObject protocols, string protocol, string endpoint)
    {
        if (protocols.ContainsKey(protocol))
        {
            protocols.Ensure(protocol)["endpoint"] ??= endpoint;
        }
    }
}
