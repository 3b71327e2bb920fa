using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using TempoCos.Cluster.Api.Pods.Spdy;

namespace TempoCos.Cluster.Tests.Api.Pods;

/// <summary>Several streams of one connection, of which one is not read.</summary>
public sealed class SpdyBackpressureTests
{
    /// <summary>What a stream keeps, of which twice as much is surely too much.</summary>
    private const int Share = 50 * (32 << 10);

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>The headers of a kubectl's first two streams.</summary>
    private static readonly byte[][] Headers =
    [
        Convert.FromHexString("78F9E3C6A7C202253A703A2B294A4DCC851625ACA9A0808614CB45E01C60616061C0C0C0C0590489C64C50F2663400000000FFFF"),
        Convert.FromHexString("C2AA19540E2512D60B000000FFFF"),
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stream_that_nobody_reads_is_not_in_the_way_of_its_siblings_until_it_has_its_share_and_loses_nothing()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, Stop);
        using var accepted = await listener.AcceptTcpClientAsync(Stop);
        var streams = new List<SpdyStream>();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var connection = new SpdyConnection(accepted.GetStream(), stream =>
        {
            streams.Add(stream);
            return true;
        }, ending.Token);
        var serving = connection.RunAsync();
        var wire = client.GetStream();
        await OpenAsync(wire, 1);
        await OpenAsync(wire, 3);

        // Nearly all of the one's share, and then a word for the other.
        await SendAsync(wire, 1, Share - (64 << 10));
        await SendAsync(wire, 3, 5);
        var word = await streams[1].Input.ReadAtLeastAsync(5, Stop).AsTask().WaitAsync(Deadline, Stop);
        word.Buffer.Length.ShouldBe(5);
        streams[1].Input.AdvanceTo(word.Buffer.End);

        // With more, the connection waits for who does not read, and goes on with who does.
        var sending = Task.Run(async () =>
        {
            await SendAsync(wire, 1, 2 * Share);
            await SendAsync(wire, 3, 7);
        }, Stop);
        var other = streams[1].Input.ReadAtLeastAsync(7, Stop).AsTask();
        await Should.ThrowAsync<TimeoutException>(() => other.WaitAsync(TimeSpan.FromMilliseconds(500), Stop));
        (await ReadAsync(streams[0], (3 * Share) - (64 << 10))).ShouldBe((3 * Share) - (64 << 10));
        (await other.WaitAsync(Deadline, Stop)).Buffer.Length.ShouldBe(7);
        await sending;

        await ending.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => serving);
    }

    private static async Task OpenAsync(NetworkStream wire, int id)
    {
        byte[] payload = [0, 0, 0, (byte)id, 0, 0, 0, 0, 0, 0, .. Headers[id / 2]];
        byte[] frame = [0x80, 3, 0, 1, 0, 0, 0, (byte)payload.Length, .. payload];
        await wire.WriteAsync(frame, Stop);
        var reply = new byte[8];
        await wire.ReadExactlyAsync(reply, Stop);
        await wire.ReadExactlyAsync(new byte[BinaryPrimitives.ReadUInt32BigEndian(reply.AsSpan(4)) & 0xff_ffff], Stop);
    }

    private static async Task SendAsync(NetworkStream wire, int id, int length)
    {
        for (var left = length; left > 0;)
        {
            var part = Math.Min(left, 32 << 10);
            var frame = new byte[8 + part];
            frame[3] = (byte)id;
            BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), part);
            await wire.WriteAsync(frame, Stop);
            left -= part;
        }
    }

    private static async Task<long> ReadAsync(SpdyStream stream, long length)
    {
        long seen = 0;
        while (seen < length)
        {
            var read = await stream.Input.ReadAsync(Stop).AsTask().WaitAsync(Deadline, Stop);
            seen += read.Buffer.Length;
            stream.Input.AdvanceTo(read.Buffer.End);
        }

        return seen;
    }
}
