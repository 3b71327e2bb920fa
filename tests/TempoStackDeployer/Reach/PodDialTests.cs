using System.Net;
using System.Net.Sockets;
using System.Text;
using k8s;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Reach;

namespace TempoCos.TempoStackDeployer.Tests.Reach;

/// <summary>An API server of the test's own, so that it can cut, stall and refuse where a test wants it to; the protocol is the real one.</summary>
public sealed class PodDialTests : IAsyncLifetime
{
    private const string Pods = """{"kind":"PodList","apiVersion":"v1","items":[{"metadata":{"name":"one","labels":{"app":"a"}},"spec":{"containers":[{"name":"c","ports":[{"name":"http","containerPort":3200}]}]},"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}}]}""";
    private WebApplication _server = null!;
    private ClusterConnection _connection = null!;
    private Func<HttpContext, Task> _forward = _ => Task.CompletedTask;
    private string _pods = Pods;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _server = builder.Build();
        _server.UseWebSockets();
        _server.MapGet("/api/v1/namespaces/n/services/s", () => Results.Text(
            """{"kind":"Service","apiVersion":"v1","metadata":{"name":"s"},"spec":{"selector":{"app":"a"},"ports":[{"name":"http","port":3200,"targetPort":"http"}]}}""", "application/json"));
        _server.MapGet("/api/v1/namespaces/n/pods", () => Results.Text(_pods, "application/json"));
        _server.MapGet("/api/v1/namespaces/n/pods/one/portforward", context => _forward(context));
        await _server.StartAsync(Stop);
        _connection = new ClusterConnection(new Kubernetes(new KubernetesClientConfiguration { Host = _server.Urls.First() }), _server.Urls.First(), false);
    }

    public async ValueTask DisposeAsync()
    {
        _connection.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_connection_that_the_server_does_not_open_is_given_up_with_who_waits_for_it()
    {
        var (asked, answered) = (new TaskCompletionSource(), new TaskCompletionSource());
        _forward = _ =>
        {
            asked.TrySetResult();
            return answered.Task;
        };
        var dial = await PodDial.OfAsync(_connection, new ServicePort("n", "s", "http"), TimeProvider.System, Stop);
        using var going = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var connecting = dial.ConnectAsync(going.Token).AsTask();
        await asked.Task.WaitAsync(TimeSpan.FromMinutes(1), Stop);
        connecting.IsCompleted.ShouldBeFalse();

        await going.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => connecting.WaitAsync(TimeSpan.FromMinutes(1), Stop));
        answered.SetResult();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(100)]
    [InlineData(70_000)]
    public async Task A_connection_that_is_cut_at_any_byte_ends_for_the_client_as_one_and_the_next_one_works(int bytes)
    {
        var tries = 0;
        _forward = async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync("v4.channel.k8s.io");
            byte[] all = [0, 128, 12, .. new byte[100_000]];
            var cut = Interlocked.Increment(ref tries) == 1 ? bytes : all.Length;
            if (cut > 0)
            {
                await socket.SendAsync(all.AsMemory(0, cut), System.Net.WebSockets.WebSocketMessageType.Binary, cut == all.Length, Stop);
            }

            if (cut < all.Length)
            {
                // The bytes go out first.
                await Task.Yield();
                context.Abort();
                return;
            }

            await socket.CloseAsync(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure, null, Stop);
        };
        await using var forward = await PortForward.OpenAsync(_connection, new ServicePort("n", "s", "http"), TimeProvider.System, NullLogger.Instance, Stop);

        try
        {
            // Less must never look like all. Where the answer to the upgrade was lost too, another connection was made before the first byte.
            (await ReadAllAsync(forward.Address)).ShouldBe(100_000);
        }
        catch (IOException)
        {
            // The client knows that it was no orderly end.
        }

        (await ReadAllAsync(forward.Address)).ShouldBe(100_000);
    }

    [Fact]
    public async Task A_right_that_is_missing_ends_at_once_and_says_which()
    {
        _forward = async context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("""{"kind":"Status","apiVersion":"v1","status":"Failure","message":"pods \"one\" is forbidden","reason":"Forbidden","code":403}""", Stop);
        };
        var dial = await PodDial.OfAsync(_connection, new ServicePort("n", "s", "http"), TimeProvider.System, Stop);

        var fault = (await Should.ThrowAsync<ReachFaultException>(async () => await dial.ConnectAsync(Stop))).Fault;

        fault.Code.ShouldBe(Codes.NotReachable);
        fault.IsFinal.ShouldBeTrue();
        fault.Fix.ShouldContain("pods/portforward");
    }

    [Fact]
    public async Task No_ready_pod_is_waited_for_only_so_long()
    {
        _pods = """{"kind":"PodList","apiVersion":"v1","items":[]}""";
        var dial = await PodDial.OfAsync(_connection, new ServicePort("n", "s", "http"), new HurriedTime(), Stop);

        var fault = (await Should.ThrowAsync<ReachFaultException>(async () => await dial.ConnectAsync(Stop))).Fault;

        fault.Reason.ShouldBe("no pod of the service is ready");
        fault.IsFinal.ShouldBeFalse();
    }

    [Fact]
    public async Task A_port_that_is_not_open_in_the_pod_is_named()
    {
        _forward = async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync("v4.channel.k8s.io");
            await socket.SendAsync(new byte[] { 0, 128, 12 }, System.Net.WebSockets.WebSocketMessageType.Binary, true, Stop);
            await socket.SendAsync(new byte[] { 1, 128, 12 }, System.Net.WebSockets.WebSocketMessageType.Binary, true, Stop);
            await socket.SendAsync(new byte[] { 1 }.Concat(Encoding.UTF8.GetBytes("dial tcp4 127.0.0.1:3200: connect: connection refused")).ToArray(), System.Net.WebSockets.WebSocketMessageType.Binary, true, Stop);
        };
        await using var forward = await PortForward.OpenAsync(_connection, new ServicePort("n", "s", "http"), TimeProvider.System, NullLogger.Instance, Stop);

        await Should.ThrowAsync<IOException>(() => ReadAllAsync(forward.Address));

        var fault = forward.LastFault.ShouldNotBeNull();
        fault.Reason.ShouldStartWith("nothing listens on port 3200 of the pod one");
        fault.Reason.ShouldContain("connection refused");
    }

    [Fact]
    public async Task Who_reads_slowly_is_sent_to_slowly()
    {
        var sent = 0L;
        var stalled = new TaskCompletionSource();
        _forward = async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync("v4.channel.k8s.io");
            var block = new byte[64 * 1024];
            await socket.SendAsync(new byte[] { 0, 128, 12 }, System.Net.WebSockets.WebSocketMessageType.Binary, true, Stop);
            while (!context.RequestAborted.IsCancellationRequested)
            {
                var sending = socket.SendAsync(block, System.Net.WebSockets.WebSocketMessageType.Binary, true, context.RequestAborted);
                if (await Task.WhenAny(sending, Task.Delay(TimeSpan.FromSeconds(2), Stop)) != sending)
                {
                    stalled.TrySetResult();
                }

                await sending;
                Interlocked.Add(ref sent, block.Length);
            }
        };
        await using var forward = await PortForward.OpenAsync(_connection, new ServicePort("n", "s", "http"), TimeProvider.System, NullLogger.Instance, Stop);
        using var client = new TcpClient();
        await client.ConnectAsync(forward.Address.Host, forward.Address.Port, Stop);

        await stalled.Task.WaitAsync(TimeSpan.FromMinutes(1), Stop);

        // What fits into the sockets' buffers of three hops, and no more.
        Interlocked.Read(ref sent).ShouldBeLessThan(64 << 20);
    }

    private static async Task<int> ReadAllAsync(Uri address)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, Stop);
        var buffer = new byte[64 * 1024];
        var total = 0;
        int count;
        while ((count = await client.GetStream().ReadAsync(buffer, Stop)) > 0)
        {
            total += count;
        }

        return total;
    }

    /// <summary>Each look at the clock is ten seconds later.</summary>
    private sealed class HurriedTime : TimeProvider
    {
        private long _looks;

        public override long GetTimestamp() => base.GetTimestamp() + (Interlocked.Increment(ref _looks) * 10 * TimestampFrequency);
    }
}
