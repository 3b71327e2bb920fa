using System.Text;
using TempoCos.Cluster.Api.Pods.Spdy;

namespace TempoCos.Cluster.Tests.Api.Pods;

/// <summary>SPDY/3.1 as kubectl speaks it, without a kubectl, and as nobody should.</summary>
public sealed class SpdyTests
{
    private const uint SynReply = 0x8003_0002;
    private const uint Reset = 0x8003_0003;
    private const uint Ping = 0x8003_0006;
    private const uint GoAway = 0x8003_0007;
    private const string Upgrade = "Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: portforward.k8s.io\r\n";

    /// <summary>The headers of the first two streams of a kubectl 1.32: that of errors and that of data, for port 8080.</summary>
    private static readonly byte[][] Kubectl =
    [
        Convert.FromHexString("78F9E3C6A7C202253A703A2B294A4DCC851625ACA9A0808614CB45E01C60616061C0C0C0C0590489C64C50F2663400000000FFFF"),
        Convert.FromHexString("C2AA19540E2512D60B000000FFFF"),
    ];

    public static TheoryData<string, string> Nonsense => new()
    {
        { "another version", "80020006 00000004 00000001" },
        { "a frame of control that is too long", "80030006 00ffffff" },
        { "a ping that is too short", "80030006 00000002 0000" },
        { "a stream that only a server opens", "80030001 0000000a 00000002 00000000 0000" },
        { "headers without the dictionary", "80030001 00000010 00000001 00000000 0000 789c00000000" },
        { "headers that end early", "80030001 00000015 00000001 00000000 0000 7820e3c6a7c2 0004 00fb ff" },
        { "headers without end", "80030001 00000019 00000001 00000000 0000 7820e3c6a7c2 00 0400 fbff 7fffffff" },
    };

    [Fact]
    public void Headers_of_kubectl_are_read_one_after_the_other()
    {
        using var inflater = new HeaderInflater();
        inflater.Read(Kubectl[0]).ShouldBe(new Dictionary<string, string> { ["streamtype"] = "error", ["port"] = "8080", ["requestid"] = "0" }, ignoreOrder: true);
        inflater.Read(Kubectl[1]).ShouldBe(new Dictionary<string, string> { ["streamtype"] = "data", ["port"] = "8080", ["requestid"] = "0" }, ignoreOrder: true);

        // The second block says nothing without the first.
        using var late = new HeaderInflater();
        Should.Throw<InvalidDataException>(() => late.Read(Kubectl[1]));
    }

    [Fact]
    public void The_dictionary_is_the_one_that_the_specification_names_by_its_checksum()
    {
        var (a, b) = (1u, 0u);
        foreach (var one in HeaderDictionary.Bytes)
        {
            a = (a + one) % 65521;
            b = (b + a) % 65521;
        }

        ((b << 16) | a).ShouldBe(HeaderDictionary.Id);
    }

    [Fact]
    public async Task Two_streams_reach_the_pod_and_pings_are_answered_in_between()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        await ForwardedPod.StartAsync(cluster);
        await using var spdy = await RawSpdy.OpenAsync(cluster, Upgrade);
        spdy.Head.ShouldStartWith("HTTP/1.1 101 ");
        spdy.Head.ShouldContain("Upgrade: SPDY/3.1");
        spdy.Head.ShouldContain("X-Stream-Protocol-Version: portforward.k8s.io");

        await spdy.SendControlAsync(1, [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. Kubectl[0]]);
        await spdy.SendDataAsync(1, last: true, "");
        (await spdy.ReadAsync()).ShouldNotBeNull().Word.ShouldBe(SynReply);
        await spdy.SendControlAsync(1, [0, 0, 0, 3, 0, 0, 0, 0, 0, 0, .. Kubectl[1]]);
        (await spdy.ReadAsync()).ShouldNotBeNull().Word.ShouldBe(SynReply);

        // Settings, an update of a window, data of a stream that nobody opened: they say nothing here.
        await spdy.SendControlAsync(4, 0, 0, 0, 1, 0, 0, 0, 7, 0, 1, 0, 0);
        await spdy.SendControlAsync(9, 0, 0, 0, 3, 0, 1, 0, 0);
        await spdy.SendDataAsync(99, last: false, new string('x', 100_000));
        await spdy.SendControlAsync(6, 0, 0, 0, 7);
        var ping = (await spdy.ReadAsync()).ShouldNotBeNull();
        ping.Word.ShouldBe(Ping);
        ping.Payload.ShouldBe([0, 0, 0, 7]);

        await spdy.SendDataAsync(3, last: false, "GET / HTTP/1.1\r\n");
        await spdy.SendDataAsync(3, last: false, "\r\n");
        var answer = new StringBuilder();
        var ended = new List<uint>();
        while (ended.Count < 2)
        {
            var frame = (await spdy.ReadAsync()).ShouldNotBeNull();
            answer.Append(Encoding.ASCII.GetString(frame.Payload));
            if (frame.Flags == 1)
            {
                ended.Add(frame.Word);
            }
            else
            {
                frame.Word.ShouldBe(3u);
            }

            // The other half of the data ends when the client has had enough.
            if (ended is [3])
            {
                await spdy.SendDataAsync(3, last: true, "");
            }
        }

        answer.ToString().ShouldEndWith("answer\n");
        ended.ShouldBe([3u, 1u]);
    }

    [Fact]
    public async Task A_stream_that_is_reset_before_it_has_a_partner_is_forgotten()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        await ForwardedPod.StartAsync(cluster);
        await using var spdy = await RawSpdy.OpenAsync(cluster, Upgrade);
        await spdy.SendControlAsync(1, [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. Kubectl[0]]);
        (await spdy.ReadAsync()).ShouldNotBeNull().Word.ShouldBe(SynReply);
        await spdy.SendControlAsync(3, 0, 0, 0, 1, 0, 0, 0, 5);

        // The same request once more: a second stream of errors would be refused, were the first still there.
        await spdy.SendControlAsync(1, [0, 0, 0, 3, 0, 0, 0, 0, 0, 0, .. Stored("error")]);
        (await spdy.ReadAsync()).ShouldNotBeNull().Word.ShouldBe(SynReply);
        await spdy.SendControlAsync(6, 0, 0, 0, 7);
        (await spdy.ReadAsync()).ShouldNotBeNull().Word.ShouldBe(Ping);
        await spdy.SendControlAsync(1, [0, 0, 0, 5, 0, 0, 0, 0, 0, 0, .. Stored("error")]);
        (await spdy.ReadAsync()).ShouldNotBeNull().Word.ShouldBe(SynReply);
        (await spdy.ReadAsync()).ShouldNotBeNull().Word.ShouldBe(Reset);
    }

    /// <summary>The headers of a stream of request 0, stored and not compressed.</summary>
    private static byte[] Stored(string kind)
    {
        byte[] plain = [0, 0, 0, 3, .. new[] { "streamtype", kind, "port", "8080", "requestid", "0" }.SelectMany(text => (byte[])[0, 0, 0, (byte)text.Length, .. Encoding.ASCII.GetBytes(text)])];
        return [0, (byte)plain.Length, 0, (byte)~plain.Length, 0xff, .. plain];
    }

    [Theory]
    [MemberData(nameof(Nonsense))]
    public async Task What_is_no_SPDY_ends_the_connection_and_nothing_else(string what, string hex)
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        await ForwardedPod.StartAsync(cluster);
        await using var spdy = await RawSpdy.OpenAsync(cluster, Upgrade);
        await spdy.SendAsync(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
        var last = (await spdy.ReadAsync()).ShouldNotBeNull(what);
        last.Word.ShouldBe(GoAway);
        last.Payload[^1].ShouldBe((byte)1);
        (await spdy.ReadAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Who_asks_for_another_protocol_is_refused()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        await ForwardedPod.StartAsync(cluster);
        await using var unknown = await RawSpdy.OpenAsync(cluster, "Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v9.portforward\r\n");
        unknown.Head.ShouldStartWith("HTTP/1.1 403 ");
        await using var older = await RawSpdy.OpenAsync(cluster, "Connection: Upgrade\r\nUpgrade: SPDY/2\r\n");
        older.Head.ShouldStartWith("HTTP/1.1 400 ");
        await using var plain = await RawSpdy.OpenAsync(cluster, "");
        plain.Head.ShouldStartWith("HTTP/1.1 400 ");
    }
}
