using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace TempoCos.Cluster.Tests.Api.Pods;

/// <summary>A connection that has asked for SPDY/3.1 in place of HTTP, byte by byte.</summary>
public sealed class RawSpdy : IAsyncDisposable
{
    private readonly TcpClient client = new();
    private SslStream? stream;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The head of the answer to the request.</summary>
    public string Head { get; private set; } = "";

    public static async Task<RawSpdy> OpenAsync(TestCluster cluster, string headers)
    {
        var spdy = new RawSpdy();
        await spdy.client.ConnectAsync(IPAddress.Loopback, cluster.Url.Port, Cancellation);
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(cluster.Data("ca.crt")));
        var options = new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = trust };
        spdy.stream = new SslStream(spdy.client.GetStream());
        await spdy.stream.AuthenticateAsClientAsync(options, Cancellation);
        await spdy.SendAsync(Encoding.ASCII.GetBytes(
            $"POST /api/v1/namespaces/default/pods/one/portforward HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {cluster.Token}\r\nContent-Length: 0\r\n{headers}\r\n"));
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await spdy.stream.ReadExactlyAsync(one, Cancellation);
            head.Append((char)one[0]);
        }

        spdy.Head = head.ToString();
        return spdy;
    }

    public async Task SendAsync(params byte[] bytes)
    {
        await stream!.WriteAsync(bytes, Cancellation);
        await stream.FlushAsync(Cancellation);
    }

    public Task SendControlAsync(int type, params byte[] payload)
    {
        byte[] frame = [0x80, 3, 0, (byte)type, 0, 0, 0, 0, .. payload];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), payload.Length);
        return SendAsync(frame);
    }

    public Task SendDataAsync(int id, bool last, string text)
    {
        byte[] frame = [0, 0, 0, (byte)id, 0, 0, 0, 0, .. Encoding.ASCII.GetBytes(text)];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), text.Length | (last ? 1 << 24 : 0));
        return SendAsync(frame);
    }

    /// <summary>The first word of the next frame, its flags and what it holds; null at the end.</summary>
    public async Task<(uint Word, byte Flags, byte[] Payload)?> ReadAsync()
    {
        var header = new byte[8];
        if (await stream!.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, Cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(60), Cancellation) < header.Length)
        {
            return null;
        }

        var payload = new byte[BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4)) & 0xff_ffff];
        await stream!.ReadExactlyAsync(payload, Cancellation);
        return (BinaryPrimitives.ReadUInt32BigEndian(header), header[4], payload);
    }

    public async ValueTask DisposeAsync()
    {
        if (stream is not null)
        {
            await stream.DisposeAsync();
        }

        client.Dispose();
    }
}
