using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using k8s;
using k8s.Models;

namespace TempoCos.Cluster.Tests.Api.Pods;

/// <summary>kubectl port-forward, as it is and in the form of older versions.</summary>
public sealed class PortForwardTests
{
    private const int Echo = ForwardedPod.Echo;
    private const int Web = ForwardedPod.Web;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<bool> InWebSocketsOrNot => [true, false];

    [Theory]
    [MemberData(nameof(InWebSocketsOrNot))]
    public async Task Pods_services_and_deployments_are_reached_at_several_ports_at_once(bool webSockets)
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var kubectl = await FindAsync(cluster, webSockets);
        var pod = (await ForwardedPod.DeployAsync(cluster)).Name();
        foreach (var (what, web) in ((string, int)[])[($"pod/{pod}", Web), ("deploy/one", Web), ("service/one", 80)])
        {
            await using var forwarding = await ForwardingKubectl.StartAsync(kubectl, what, web, Echo);

            // For a service, kubectl finds the pod's port by itself, and says that one.
            (await GetAsync(forwarding, Web)).ShouldEndWith("answer\n");
            (await GetAsync(forwarding, Web)).ShouldEndWith("answer\n");
            (await EchoAsync(forwarding, 1000)).ShouldBeTrue();
        }
    }

    [Theory]
    [MemberData(nameof(InWebSocketsOrNot))]
    public async Task Much_goes_both_ways_over_several_connections_and_arrives_whole_until_the_end_of_each_half(bool webSockets)
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var kubectl = await FindAsync(cluster, webSockets);
        await ForwardedPod.StartAsync(cluster);
        await using var forwarding = await ForwardingKubectl.StartAsync(kubectl, "pod/one", Echo);
        (await Task.WhenAll(Enumerable.Range(0, 6).Select(i => EchoAsync(forwarding, (i + 1) << 20)))).ShouldAllBe(whole => whole);
    }

    [Fact]
    public async Task One_that_does_not_read_does_not_fill_the_memory_and_holds_nobody_up_for_ever()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var kubectl = await Kubectl.FindAsync(cluster);
        await ForwardedPod.StartAsync(cluster);
        await using var forwarding = await ForwardingKubectl.StartAsync(kubectl, "pod/one", Echo);
        using (var deaf = await forwarding.ConnectAsync(Echo))
        {
            // Its echo is read by nobody, so that at some point nothing more is taken.
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            patience.CancelAfter(TimeSpan.FromSeconds(3));
            var sent = 0L;
            try
            {
                var megabyte = new byte[1 << 20];
                while (sent < 512)
                {
                    await deaf.GetStream().WriteAsync(megabyte, patience.Token);
                    sent++;
                }
            }
            catch (OperationCanceledException)
            {
                // This is what was waited for.
            }

            sent.ShouldBeLessThan(512);
        }

        (await EchoAsync(forwarding, 1 << 20)).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(InWebSocketsOrNot))]
    public async Task A_port_where_nobody_listens_is_said_and_so_is_a_pod_that_is_gone(bool webSockets)
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var kubectl = await FindAsync(cluster, webSockets);
        var uid = (await ForwardedPod.StartAsync(cluster)).Uid();
        await using (var refused = await ForwardingKubectl.StartAsync(kubectl, "pod/one", 1))
        {
            (await SayAsync(refused, 1)).ShouldBeEmpty();
            var (code, output) = await refused.EndAsync();
            code.ShouldBe(1);
            output.ShouldContain($"error forwarding port 1 to pod one, uid {uid}: Connection refused");
            output.ShouldContain("error: lost connection to pod");
        }

        await using var gone = await ForwardingKubectl.StartAsync(kubectl, "pod/one", Echo);
        (await EchoAsync(gone, 1000)).ShouldBeTrue();
        (await kubectl.RunAsync("delete", "pod", "one", "--grace-period=0", "--force")).ShouldContain("deleted");
        (await SayAsync(gone, Echo)).ShouldBeEmpty();
        var said = await gone.EndAsync();
        said.Code.ShouldBe(1);
        said.Output.ShouldContain("pod not found");
        said.Output.ShouldContain("error: lost connection to pod");
    }

    [Theory]
    [MemberData(nameof(InWebSocketsOrNot))]
    public async Task When_kubectl_is_killed_its_connections_to_the_pod_end(bool webSockets)
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var kubectl = await FindAsync(cluster, webSockets);
        await ForwardedPod.StartAsync(cluster);
        var subset = await Eventually.AsAsync("an endpoint", async () =>
            (await cluster.Client.CoreV1.ListNamespacedEndpointsAsync("default", cancellationToken: Cancellation)).Items.SelectMany(one => one.Subsets ?? []).FirstOrDefault());
        var port = subset.Ports.Single(one => one.Name == "echo").Port;
        await using (var forwarding = await ForwardingKubectl.StartAsync(kubectl, "pod/one", Echo))
        {
            using var first = await forwarding.ConnectAsync(Echo);
            using var second = await forwarding.ConnectAsync(Echo);
            foreach (var client in (TcpClient[])[first, second])
            {
                await client.GetStream().WriteAsync("x"u8.ToArray(), Cancellation);
                await client.GetStream().ReadExactlyAsync(new byte[1], Cancellation);
            }

            Open(port).ShouldBe(2);
        }

        await Eventually.TrueAsync("the connections to end", () => Task.FromResult(Open(port) == 0));
    }

    [Fact]
    public async Task Who_may_only_get_forwards_nothing()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var kubectl = await Kubectl.FindAsync(cluster);
        await ForwardedPod.StartAsync(cluster);
        await kubectl.RunAsync("create", "role", "reader", "--verb=get", "--resource=pods,pods/portforward");
        await kubectl.RunAsync("create", "rolebinding", "reader", "--role=reader", "--user=jane");
        var (code, output) = await kubectl.InvokeAsync(null, "--as=jane", "port-forward", "pod/one", $":{Echo}");
        code.ShouldBe(1);
        output.ShouldContain("User \"jane\" cannot create resource \"pods/portforward\" in API group \"\" in the namespace \"default\"");

        await kubectl.RunAsync("create", "role", "creator", "--verb=create", "--resource=pods/portforward");
        await kubectl.RunAsync("create", "rolebinding", "creator", "--role=creator", "--user=jane");
        kubectl.Arguments.Add("--as=jane");
        await using var forwarding = await ForwardingKubectl.StartAsync(kubectl, "pod/one", Echo);
        (await EchoAsync(forwarding, 1000)).ShouldBeTrue();
    }

    private static async Task<Kubectl> FindAsync(TestCluster cluster, bool webSockets)
    {
        var kubectl = await Kubectl.FindAsync(cluster);
        kubectl.Environment["KUBECTL_PORT_FORWARD_WEBSOCKETS"] = webSockets ? "true" : "false";
        return kubectl;
    }

    private static int Open(int port) => IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections()
        .Count(connection => connection.RemoteEndPoint.Port == port && connection.State == TcpState.Established);

    private static async Task<string> GetAsync(ForwardingKubectl forwarding, int port)
    {
        using var client = await forwarding.ConnectAsync(port);
        await client.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: pod\r\n\r\n"u8.ToArray(), Cancellation);
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadToEndAsync(Cancellation);
    }

    /// <summary>What comes back until the connection ends, however it does.</summary>
    private static async Task<string> SayAsync(ForwardingKubectl forwarding, int port)
    {
        try
        {
            using var client = await forwarding.ConnectAsync(port);
            await client.GetStream().WriteAsync("anybody?"u8.ToArray(), Cancellation);
            using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
            return await reader.ReadToEndAsync(Cancellation);
        }
        catch (Exception reset) when (reset is IOException or SocketException)
        {
            return "";
        }
    }

    /// <summary>Sends, ends its half, reads to the end of the other: whether that is the same.</summary>
    private static async Task<bool> EchoAsync(ForwardingKubectl forwarding, int length)
    {
        using var client = await forwarding.ConnectAsync(Echo);
        var stream = client.GetStream();
        var data = RandomNumberGenerator.GetBytes(length);
        var sending = Task.Run(async () =>
        {
            await stream.WriteAsync(data, Cancellation);
            client.Client.Shutdown(SocketShutdown.Send);
        }, Cancellation);
        using var sha = SHA256.Create();
        var digest = await sha.ComputeHashAsync(stream, Cancellation).WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
        await sending;
        return digest.AsSpan().SequenceEqual(SHA256.HashData(data));
    }
}
