using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace TempoCos.Doctor.Tests;

/// <summary>A port that speaks TLS before one that does not, or a web page where a store is expected.</summary>
internal sealed class TlsFront : IAsyncDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2? _certificate;
    private readonly Task _accepting;

    private TlsFront(X509Certificate2? certificate, Func<Stream, CancellationToken, Task> serve)
    {
        _certificate = certificate;
        _listener.Start();
        _accepting = AcceptAsync(serve);
    }

    public string Address => $"{(_certificate is null ? "http" : "https")}://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public X509Certificate2Collection Authorities => [_certificate!];

    public static Task<TlsFront> BeforeAsync(Uri address) => Task.FromResult(new TlsFront(SelfSigned(), async (client, token) =>
    {
        using var inner = new TcpClient();
        await inner.ConnectAsync(IPAddress.Loopback, address.Port, token);
        var server = inner.GetStream();
        await Task.WhenAny(client.CopyToAsync(server, token), server.CopyToAsync(client, token));
    }));

    public static Task<TlsFront> PageAsync(string html) => Task.FromResult(new TlsFront(null, async (client, token) =>
    {
        _ = await client.ReadAsync(new byte[4096], token);
        await client.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nServer: portal\r\nContent-Length: {html.Length}\r\nConnection: close\r\n\r\n{html}"), token);
    }));

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _ended.Dispose();
        _certificate?.Dispose();
    }

    private async Task AcceptAsync(Func<Stream, CancellationToken, Task> serve)
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_ended.Token), serve));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client, Func<Stream, CancellationToken, Task> serve)
    {
        try
        {
            using (client)
            {
                Stream stream = client.GetStream();
                if (_certificate is not null)
                {
                    var tls = new SslStream(stream);
                    stream = tls;
                    await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _ended.Token);
                }

                await using (stream)
                {
                    await serve(stream, _ended.Token);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
            // The client went away, or did not like the certificate.
        }
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        // The platform's TLS wants a key that is not ephemeral.
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }
}
