using System.Net;
using System.Net.Sockets;
using System.Text;
using TempoCos.Cluster.Network;

namespace TempoCos.Cluster.Tests.Controllers.Network;

public sealed class PortTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void No_two_pods_are_given_the_same_port_while_nobody_listens_yet()
    {
        // More than half of what the system chooses from: two lotteries of the same size could not stay apart.
        using var ports = new PodPorts();
        var chosen = Enumerable.Range(0, 800).AsParallel().SelectMany(pod => ports.Choose($"pod-{pod}", ["TCP", "TCP", "TCP", "UDP", "TCP"])).ToList();
        chosen.Distinct().Count().ShouldBe(chosen.Count);
    }

    [Fact]
    public async Task A_port_that_was_given_is_chosen_by_no_proxy_and_can_be_listened_on()
    {
        using var ports = new PodPorts();
        var given = ports.Choose("pod", [.. Enumerable.Repeat("TCP", 500)]);
        var proxies = Enumerable.Range(0, 200).Select(_ => new TcpProxy(() => [])).ToList();
        given.Intersect(proxies.Select(proxy => proxy.Port)).ShouldBeEmpty();
        foreach (var proxy in proxies)
        {
            await proxy.DisposeAsync();
        }

        using var listener = new TcpListener(IPAddress.Loopback, given[0]);
        listener.Start();
        HeldPort.IsFree(given[0], "TCP").ShouldBeFalse();
        HeldPort.IsFree(given[1], "TCP").ShouldBeTrue();
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, given[0], Cancellation);
    }

    [Fact]
    public void A_port_goes_back_when_its_pod_no_longer_uses_it()
    {
        using var ports = new PodPorts();
        var first = ports.Choose("pod", ["TCP", "TCP"]);
        ports.Set("pod", [Mapping(first[0]), Mapping(first[1])]);
        var second = ports.Choose("pod", ["TCP"]);
        ports.Set("pod", [Mapping(first[0]), Mapping(second[0])]);
        ports.Find("pod", 8080).ShouldBe(first[0]);

        ports.Remove("pod");
        ports.Of("pod").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_proxy_whose_target_is_itself_or_gone_resets_its_client()
    {
        TcpProxy? self = null;
        await using var proxy = self = new TcpProxy(() => [self!.Port]);
        using var client = new TcpClient();
        await EndedAsync(client, proxy.Port);
    }

    [Fact]
    public async Task A_proxy_carries_bytes_to_the_first_target_that_takes_them()
    {
        using var ports = new PodPorts();
        var chosen = ports.Choose("pod", ["TCP", "TCP"]);
        using var listener = new TcpListener(IPAddress.Loopback, chosen[1]);
        listener.Start();
        await using var proxy = new TcpProxy(() => chosen);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, proxy.Port, Cancellation);
        using var served = await listener.AcceptTcpClientAsync(Cancellation);
        await client.GetStream().WriteAsync("ping"u8.ToArray(), Cancellation);
        var read = new byte[4];
        await served.GetStream().ReadExactlyAsync(read, Cancellation);
        Encoding.ASCII.GetString(read).ShouldBe("ping");
    }

    private static async Task EndedAsync(TcpClient client, int port)
    {
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, Cancellation);
            (await client.GetStream().ReadAsync(new byte[1], Cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(60), Cancellation)).ShouldBe(0);
        }
        catch (Exception end) when (end is IOException or SocketException)
        {
            // A reset is an end as well.
        }
    }

    private static PortMapping Mapping(int local) => new("main", "http", 8080, "TCP", local);
}
