using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using DnsClient;
using k8s;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Kubelet.Nodes;
using TempoCos.Cluster.Network.Names;
using TempoCos.Cluster.Tests.Kubelet;

namespace TempoCos.Cluster.Tests.Controllers.Network;

/// <summary>Names of services as programs in pods resolve them, by the system's own resolver, and as a client of DNS does.</summary>
public sealed class NamesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_pod_reaches_a_service_by_each_of_its_names_at_the_port_that_it_declares()
    {
        await using var cluster = await StartAsync();
        var machine = await File.ReadAllTextAsync("/etc/resolv.conf", Cancellation);
        await CreateAsync(cluster, "web");
        await cluster.CreateAsync(ServiceTests.Pod("one", "/ready"));
        await cluster.ReadyAsync("one");

        // Names and ports meet in the script only, so nothing could have been replaced in them.
        await cluster.CreateAsync(Pods.Shell("client", $"""
            p=8080; z=svc; set --
            for h in web web.default web.default.$z web.default.$z.cluster.local web.default.$z.cluster.local. wbe web.other.$z; do
              set -- "$@" "http://$h:$p/ready"
            done
            "{TestCluster.PodProgram}" --fetch "$@"
            cat /etc/resolv.conf
            sleep 600
            """));
        await cluster.LoggedAsync("client", "options ndots:5");
        var log = await cluster.LogAsync("client");
        foreach (var name in (string[])["web", "web.default", "web.default.svc", "web.default.svc.cluster.local", "web.default.svc.cluster.local."])
        {
            log.ShouldContain($"http://{name}:8080/ready answer\n");
        }


        // In the end the machine's name servers are asked, and there may be none that answers.
        log.ShouldMatch("http://wbe:8080/ready (HostNotFound|TryAgain)\n");
        log.ShouldMatch("http://web.other.svc:8080/ready (HostNotFound|TryAgain)\n");
        log.ShouldContain("search default.svc.cluster.local svc.cluster.local cluster.local");
        (await File.ReadAllTextAsync("/etc/resolv.conf", Cancellation)).ShouldBe(machine, "the machine itself stays as it is");
    }

    [Fact]
    public async Task A_service_that_is_deleted_is_known_no_more_and_one_without_pods_refuses()
    {
        await using var cluster = await StartAsync();
        await CreateAsync(cluster, "web");
        var dns = await DnsAsync(cluster);

        var address = (await dns.QueryAsync("web.default.svc.cluster.local", QueryType.A, cancellationToken: Cancellation)).Answers.ARecords().ShouldHaveSingleItem().Address;
        address.GetAddressBytes()[0].ShouldBe((byte)127);
        (await AnswersAsync(address)).ShouldBeFalse("nobody is behind it");
        var other = await dns.QueryAsync("web.default.svc.cluster.local", QueryType.AAAA, cancellationToken: Cancellation);
        other.Header.ResponseCode.ShouldBe(DnsHeaderResponseCode.NoError);
        other.Answers.ShouldBeEmpty();

        await cluster.Client.CoreV1.DeleteNamespacedServiceAsync("web", "default", cancellationToken: Cancellation);
        await Eventually.TrueAsync("the name to be gone", async () =>
            (await dns.QueryAsync("web.default.svc.cluster.local", QueryType.A, cancellationToken: Cancellation)).Header.ResponseCode == DnsHeaderResponseCode.NotExistentDomain);
        await Eventually.TrueAsync("the port to be closed", async () => !await ConnectsAsync(address));
    }

    [Fact]
    public async Task A_headless_service_names_its_ready_pods_and_each_is_reached_at_its_own_port()
    {
        await using var cluster = await StartAsync();
        await CreateAsync(cluster, "ring", service => service.Spec.ClusterIP = "None");
        foreach (var name in (string[])["a", "b", "never"])
        {
            var pod = ServiceTests.Pod(name, name == "never" ? null : "/ready");
            (pod.Spec.Hostname, pod.Spec.Subdomain) = (name, "ring");
            await cluster.CreateAsync(pod);
        }

        await cluster.ReadyAsync("a");
        await cluster.ReadyAsync("b");
        var dns = await DnsAsync(cluster);
        var addresses = await AddressesAsync("ring");
        addresses.Distinct().Count().ShouldBe(2);
        var one = (await AddressesAsync("b.ring")).ShouldHaveSingleItem();
        addresses.ShouldContain(one);
        using (var http = new HttpClient())
        {
            (await http.GetStringAsync(new Uri($"http://{one}:8080/unready"), Cancellation)).Trim().ShouldBe("answer");
        }

        var ports = await dns.QueryAsync("_http._tcp.ring.default.svc.cluster.local", QueryType.SRV, cancellationToken: Cancellation);
        ports.Answers.SrvRecords().ShouldAllBe(record => record.Port == 8080);
        ports.Answers.SrvRecords().Select(record => record.Target.Value).ShouldContain("a.ring.default.svc.cluster.local.");

        // What is no longer ready is named no more, as what never was.
        await Eventually.TrueAsync("the pod that is not ready to be left out", async () => (await AddressesAsync("ring")).Count == 1);
        (await AddressesAsync("never.ring")).ShouldBeEmpty();
        await cluster.Client.CoreV1.PatchNamespacedServiceAsync(new V1Patch("""{"spec":{"publishNotReadyAddresses":true}}""", V1Patch.PatchType.MergePatch), "ring", "default", cancellationToken: Cancellation);
        (await AddressesAsync("ring")).Count.ShouldBe(3);

        async Task<IReadOnlyList<IPAddress>> AddressesAsync(string name) =>
            [.. (await dns.QueryAsync($"{name}.default.svc.cluster.local", QueryType.A, cancellationToken: Cancellation)).Answers.ARecords().Select(record => record.Address)];
    }

    [Fact]
    public async Task A_pod_may_ask_others_than_the_cluster()
    {
        await using var cluster = await StartAsync();
        await cluster.CreateAsync(Pods.Shell("default", "echo begin; cat /etc/resolv.conf; echo end; sleep 600", pod => pod.Spec.DnsPolicy = "Default"));
        await cluster.CreateAsync(Pods.Shell("none", "cat /etc/resolv.conf; echo end; sleep 600", pod =>
        {
            pod.Spec.DnsPolicy = "None";
            pod.Spec.DnsConfig = new V1PodDNSConfig { Nameservers = ["127.0.0.99"], Searches = ["example"], Options = [new V1PodDNSConfigOption { Name = "ndots", Value = "2" }] };
        }));
        await cluster.LoggedAsync("default", "end");
        (await cluster.LogAsync("default")).ShouldBe($"begin\n{await File.ReadAllTextAsync("/etc/resolv.conf", Cancellation)}end\n");
        await cluster.LoggedAsync("none", "end");
        (await cluster.LogAsync("none")).ShouldBe("search example\nnameserver 127.0.0.99\noptions ndots:2\nend\n");
    }

    [Fact]
    public async Task Other_names_are_asked_of_the_machines_own_servers()
    {
        await using var cluster = await StartAsync();
        await CreateAsync(cluster, "web");
        var file = Path.GetTempFileName();
        try
        {
            // The cluster's stands for a machine's. Nobody answers at the first address.
            await File.WriteAllTextAsync(file, $"search example\nnameserver 127.0.0.253\nnameserver {await ServerAsync(cluster)}\n", Cancellation);
            var forwarder = new DnsForwarder(file);
            forwarder.Configured("search").ShouldBe(["example"]);
            foreach (var byTcp in (bool[])[false, true])
            {
                var answer = await forwarder.AskAsync(Query("web.default.svc.cluster.local"), byTcp, Cancellation);
                answer.ShouldNotBeNull().AsSpan(0, 2).ToArray().ShouldBe([7, 7]);
                answer[^4].ShouldBe((byte)127);
            }

            await File.WriteAllTextAsync(file, "nameserver 127.0.0.253\n", Cancellation);
            (await forwarder.AskAsync(Query("web.default.svc.cluster.local"), false, Cancellation)).ShouldBeNull();
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_service_that_is_made_again_before_its_end_is_seen_is_reached_at_its_new_address_and_nothing_is_opened_for_what_is_gone()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux has more than one loopback address");
        var directory = Directory.CreateTempSubdirectory("tempocos-names-");
        try
        {
            // Not started, so that nobody closes anything, and of a block that no cluster takes.
            await using var app = ClusterApp.Create(new ClusterOptions { DataDirectory = directory.FullName });
            app.Services.GetRequiredService<LoopbackBlock>().Claim(31);
            var store = app.Services.GetRequiredService<ObjectStore>();
            var listeners = app.Services.GetRequiredService<ServiceListeners>();
            var key = new ObjectKey(BuiltInResources.Services, "default", "web");

            var first = store.TryPut(key, Service("10.96.77.7"), expected: 0).ShouldNotBeNull();
            (await ConnectsAsync(listeners.Open(key, first.ToObject()).ShouldNotBeNull())).ShouldBeTrue();
            var second = store.TryPut(key, Service("10.96.78.7"), first.Version).ShouldNotBeNull();
            (await ConnectsAsync(listeners.Open(key, second.ToObject()).ShouldNotBeNull())).ShouldBeTrue();
            await Eventually.TrueAsync("the old address to be closed", async () => !await ConnectsAsync(IPAddress.Parse("127.31.77.7")));

            store.TryRemove(key, second.Version).ShouldNotBeNull();
            await listeners.CloseAsync(key);
            listeners.Open(key, second.ToObject()).ShouldBeNull();

            var pods = app.Services.GetRequiredService<PodListeners>();
            var pod = store.TryPut(new ObjectKey(BuiltInResources.Pods, "default", "web"), JsonNode.Parse("""{"metadata":{"namespace":"default","name":"web","uid":"1"}}""")!.AsObject(), expected: 0).ShouldNotBeNull();
            pods.Open(pod.ToObject()).ShouldNotBeNull();
            store.TryRemove(pod.Key, pod.Version).ShouldNotBeNull();
            await pods.CloseAsync("1");
            pods.Open(pod.ToObject()).ShouldBeNull();
        }
        finally
        {
            directory.Delete(recursive: true);
        }

        static JsonObject Service(string address) => JsonNode.Parse(
            $$"""{"metadata":{"namespace":"default","name":"web"},"spec":{"clusterIP":"{{address}}","selector":{"app":"web"},"ports":[{"port":8080}] } }""")!.AsObject();
    }

    [Fact]
    public void What_is_no_question_is_told_from_one()
    {
        var query = DnsQuery.Parse(Query("WEB.default")).ShouldNotBeNull();
        query.Name.ShouldBe("web.default");
        query.Type.ShouldBe((int)DnsType.A);
        var whole = Query("web.default");
        for (var length = 0; length < whole.Length; length++)
        {
            DnsQuery.Parse(whole.AsMemory(0, length)).ShouldBeNull();
        }

        var random = new Random(1);
        foreach (var damaged in Enumerable.Range(0, 20_000).Select(_ => (byte[])whole.Clone()))
        {
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            if (DnsQuery.Parse(damaged) is { } read)
            {
                DnsAnswer.Failure.Encode(read, 512).Length.ShouldBe(read.Head.Length);
            }
        }
    }

    [Fact]
    public void An_answer_that_is_too_long_for_a_datagram_says_so()
    {
        var query = DnsQuery.Parse(Query("ring.default.svc.cluster.local")).ShouldNotBeNull();
        var answer = new DnsAnswer(DnsResult.Success, [.. Enumerable.Range(0, 50).Select(i => DnsRecord.Address(query.Name, new IPAddress([127, 99, 0, (byte)i])))]);

        var cut = answer.Encode(query, 512);
        (cut[2] & 0x02).ShouldBe(0x02, "truncated");
        cut.Length.ShouldBe(query.Head.Length);
        var whole = answer.Encode(query, ushort.MaxValue);
        (whole[2] & 0x02).ShouldBe(0);
        whole[7].ShouldBe((byte)50);
    }

    private static async Task<bool> AnswersAsync(IPAddress address)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(address, 8080, Cancellation);
            return await client.GetStream().ReadAsync(new byte[1], Cancellation) > 0;
        }
        catch (Exception refused) when (refused is SocketException or IOException)
        {
            return false;
        }
    }

    /// <summary>Whether somebody listens, even if nobody is behind.</summary>
    private static async Task<bool> ConnectsAsync(IPAddress address)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(address, 8080, Cancellation);
            return true;
        }
        catch (SocketException problem)
        {
            // Who is taken and cut off at once may see that already.
            return problem.SocketErrorCode == SocketError.ConnectionReset;
        }
    }

    private static byte[] Query(string name) => [7, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. DnsName.Encode(name), 0, (byte)DnsType.A, 0, 1];

    /// <summary>A cluster whose pods resolve names; skips the test where the machine allows none.</summary>
    private static async Task<TestCluster> StartAsync()
    {
        var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        if (await ConditionAsync(cluster) is { Status: not "True" } condition)
        {
            await cluster.DisposeAsync();
            Assert.Skip(condition.Message);
        }

        return cluster;
    }

    private static Task<V1NodeCondition> ConditionAsync(TestCluster cluster) => Eventually.AsAsync("the node to say whether names resolve", async () =>
        (await cluster.Client.CoreV1.ReadNodeAsync("tempocos", cancellationToken: Cancellation)).Status.Conditions?.FirstOrDefault(condition => condition.Type == NodeStatus.NamesResolve));

    private static async Task<IPAddress> ServerAsync(TestCluster cluster) => IPAddress.Parse((await ConditionAsync(cluster)).Message.Split(' ')[2]);

    private static async Task<LookupClient> DnsAsync(TestCluster cluster) => new(new LookupClientOptions(await ServerAsync(cluster)) { UseCache = false, Timeout = TimeSpan.FromSeconds(20) });

    private static Task<V1Service> CreateAsync(TestCluster cluster, string name, Action<V1Service>? change = null)
    {
        var service = new V1Service
        {
            Metadata = new V1ObjectMeta { Name = name },
            Spec = new V1ServiceSpec { Selector = new Dictionary<string, string> { ["app"] = "web" }, Ports = [new V1ServicePort { Name = "http", Port = 8080, TargetPort = "http" }] },
        };
        change?.Invoke(service);
        return cluster.Client.CoreV1.CreateNamespacedServiceAsync(service, "default", cancellationToken: Cancellation);
    }
}
