using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Kubelet.Loopback;
using TempoCos.Cluster.Network;

namespace TempoCos.Cluster.Tests.Operator;

/// <summary>What a process reads in place of ports and names that only a cluster has.</summary>
public sealed class LoopbackTests : IAsyncLifetime
{
    private readonly string directory = Directory.CreateTempSubdirectory("tempocos-loopback-").FullName;
    private ObjectStore store = null!;
    private ServiceNetwork network = null!;

    public ValueTask InitializeAsync()
    {
        store = new ObjectStore(directory);
        network = new ServiceNetwork(store, new ServiceTargets(store, new PodPorts()));
        store.TryPut(new ObjectKey("services", "ns", "ring"), JsonNode.Parse("""{"metadata":{"name":"ring","namespace":"ns","uid":"1"},"spec":{"ports":[{"port":7946,"targetPort":"m"},{"port":3200}]}}""")!.AsObject(), expected: 0);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await network.DisposeAsync();
        store.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    [Theory]
    [InlineData("ring")]
    [InlineData("ring.ns")]
    [InlineData("ring.ns.svc")]
    [InlineData("ring.ns.svc.cluster.local")]
    public void A_service_is_found_by_each_of_its_names(string host)
    {
        var port = new ServiceAddresses(store, network).Find("ns", host, 3200).ShouldNotBeNull();
        View("other").Argument($"--to=http://{host}:3200/x").ShouldBe($"--to=http://127.0.0.1:{port}/x");
        View("other").Argument("--to=http://elsewhere.example:3200/x").ShouldBe("--to=http://elsewhere.example:3200/x");
        View("other").Argument($"--to={host}:3201").ShouldBe($"--to={host}:3201");
    }

    [Theory]
    [InlineData("0.0.0.0:8080", "127.0.0.1:40001")]
    [InlineData("localhost:8080", "localhost:40001")]
    [InlineData("--listen=:8080", "--listen=127.0.0.1:40001")]
    [InlineData("http://127.0.0.1:8080/", "http://127.0.0.1:40001/")]
    [InlineData("127.0.0.1:9999", "127.0.0.1:9999")]
    [InlineData("1.127.0.0.1:8080", "1.127.0.0.1:8080")]
    [InlineData("2024-01-01T10:8080", "2024-01-01T10:8080")]
    public void A_port_of_the_pod_is_the_one_that_it_has_here(string text, string expected) => View("other").Argument(text).ShouldBe(expected);

    [Theory]
    [InlineData("HTTP_PORT", "8080", "40001")]
    [InlineData("SIZE", "8080", "8080")]
    [InlineData("HTTP_PORT", "9999", "9999")]
    [InlineData("BIND_ADDRESS", "0.0.0.0", "127.0.0.1")]
    [InlineData("BIND_ADDRESS", "::", "127.0.0.1")]
    [InlineData("MASK", "255.0.0.0", "255.0.0.0")]
    public void A_variable_says_where_to_listen_here(string name, string value, string expected) => View("other").Variable(name, value).ShouldBe(expected);

    [Fact]
    public void Tempo_is_told_where_it_is_and_who()
    {
        var adapted = YamlJson.Parse(View("tempo").File("/conf/tempo.yaml", """
            server:
              http_listen_port: 3200
            memberlist:
              join_members: [ring, late, other:7000]
            distributor:
              receivers:
                otlp:
                  protocols:
                    grpc:
                      endpoint: 0.0.0.0:4317
            internal_server:
              enable: true
            """));
        adapted.Number("server", "http_listen_port").ShouldBe(40002);
        adapted.Text("server", "http_listen_address").ShouldBe("127.0.0.1");
        adapted.Number("memberlist", "bind_port").ShouldBe(40003);
        adapted.Number("memberlist", "advertise_port").ShouldBe(40003);
        adapted.Texts("memberlist", "join_members").ShouldBe(
            [$"127.0.0.1:{new ServiceAddresses(store, network).Find("ns", "ring", 7946)}", "late:7946", "other:7000"]);
        adapted.Text("ingester", "lifecycler", "id").ShouldBe("pod-0");
        adapted.Text("distributor", "receivers", "otlp", "protocols", "grpc", "endpoint").ShouldBe("127.0.0.1:40004");
        adapted.Number("internal_server", "http_listen_port").ShouldBe(40005);
        View("tempo").File("/conf/other.yaml", "server: {http_listen_port: 3200}").ShouldBe("server: {http_listen_port: 3200}");
    }

    [Fact]
    public void A_Jaeger_listens_at_its_own_ports() =>
        View("jaeger-query").MoreArguments().ShouldBe(["--query.http-server.host-port=127.0.0.1:40006"]);

    private LoopbackView View(string container) => new(
        new ServiceAddresses(store, network),
        JsonNode.Parse("""{"metadata":{"name":"pod-0","namespace":"ns"}}""")!.AsObject(),
        new JsonObject { ["name"] = container, ["args"] = new JsonArray("-config.file=/conf/tempo.yaml") },
        [
            new(container, "a", 8080, "TCP", 40001), new(container, "http", 3200, "TCP", 40002), new(container, "m", 7946, "TCP", 40003),
            new(container, "g", 4317, "TCP", 40004), new(container, "", 3101, "TCP", 40005), new(container, "ui", 16686, "TCP", 40006),
        ]);
}
