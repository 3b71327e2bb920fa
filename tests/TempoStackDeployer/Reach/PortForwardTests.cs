using System.Net.Sockets;
using System.Security.Cryptography;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Reach;

namespace TempoCos.TempoStackDeployer.Tests;

/// <summary>Against a stack whose distributor echoes on its port otlp-http.</summary>
[Collection(SandboxCluster.Others)]
public sealed class PortForwardTests : IAsyncLifetime
{
    private SandboxCluster _cluster = null!;
    private RunningDeployer _deployer = null!;
    private ClusterConnection _connection = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _cluster = await SandboxCluster.StartAsync(PodProgram.Serves);
        await _cluster.ProvisionAsync();
        _deployer = await _cluster.DeployerAsync();
        await _deployer.DeployAsync(Samples.Request());
        _connection = new ClusterConnection(new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(_cluster.Kubeconfig)), "", false);
    }

    public async ValueTask DisposeAsync()
    {
        await _deployer.UndeployAsync(Samples.Run);
        _connection.Dispose();
        await _deployer.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Many_connections_carry_a_megabyte_both_ways_at_once_and_end_in_order()
    {
        await using var forward = await OpenAsync("otlp-http");

        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => EchoAsync(forward.Address, 1 << 20)));
    }

    [Fact]
    public async Task Connections_find_the_pod_that_takes_the_place_of_a_deleted_one()
    {
        await using var forward = await OpenAsync("otlp-http");
        await EchoAsync(forward.Address, 1000);
        var before = await DistributorAsync();

        await _cluster.Client.CoreV1.DeleteNamespacedPodAsync(before, Samples.Namespace(), cancellationToken: Stop);
        await EventuallyAsync(() => EchoAsync(forward.Address, 1000), async () => await DistributorAsync() != before);

        (await DistributorAsync()).ShouldNotBe(before);
    }

    [Fact]
    public async Task A_connection_to_a_port_where_nobody_listens_ends_and_does_not_hang()
    {
        // No process of the test's pods listens for Zipkin.
        await using var forward = await OpenAsync("http-zipkin");

        await Should.ThrowAsync<IOException>(() => EchoAsync(forward.Address, 1000));
    }

    [Fact]
    public async Task A_closed_forward_takes_no_connections_and_ends_those_that_are_open()
    {
        var forward = await OpenAsync("otlp-http");
        using var client = new TcpClient();
        await client.ConnectAsync(forward.Address.Host, forward.Address.Port, Stop);
        await client.GetStream().WriteAsync(new byte[] { 1 }, Stop);
        (await client.GetStream().ReadAsync(new byte[1], Stop)).ShouldBe(1);

        await forward.DisposeAsync();

        await Should.ThrowAsync<IOException>(async () =>
        {
            if (await client.GetStream().ReadAsync(new byte[1], Stop) == 0)
            {
                throw new EndOfStreamException();
            }
        });
        using var late = new TcpClient();
        await Should.ThrowAsync<SocketException>(async () => await late.ConnectAsync(forward.Address.Host, forward.Address.Port, Stop));
    }

    private Task<PortForward> OpenAsync(string port) =>
        PortForward.OpenAsync(_connection, new ServicePort(Samples.Namespace(), "tempo-simplest-distributor", port), TimeProvider.System, NullLogger.Instance, Stop);

    private async Task<string> DistributorAsync()
    {
        var pods = await _cluster.Client.CoreV1.ListNamespacedPodAsync(Samples.Namespace(), labelSelector: "app.kubernetes.io/component=distributor", cancellationToken: Stop);
        return pods.Items.FirstOrDefault(pod => pod.Metadata.DeletionTimestamp is null)?.Metadata.Name ?? "";
    }

    private static async Task EchoAsync(Uri address, int size)
    {
        var sent = RandomNumberGenerator.GetBytes(size);
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, Stop);
        var stream = client.GetStream();
        var writing = WriteAsync();
        var received = new byte[size];
        await stream.ReadExactlyAsync(received, Stop);
        await writing;
        received.AsSpan().SequenceEqual(sent).ShouldBeTrue();

        async Task WriteAsync()
        {
            await stream.WriteAsync(sent, Stop);
            client.Client.Shutdown(SocketShutdown.Send);
        }
    }

    /// <summary>Until both hold; the test's own time limit is the deadline.</summary>
    private static async Task EventuallyAsync(Func<Task> works, Func<Task<bool>> holds)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        deadline.CancelAfter(TimeSpan.FromMinutes(2));
        while (true)
        {
            try
            {
                await works();
                if (await holds())
                {
                    return;
                }
            }
            catch (IOException)
            {
                // Connections that were open when the pod went break; new ones come through.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), deadline.Token);
        }
    }
}
