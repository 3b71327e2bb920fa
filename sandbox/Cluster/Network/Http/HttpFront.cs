using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace TempoCos.Cluster.Network.Http;

/// <summary>A loopback port that takes HTTP, with and without TLS, and sends each request on as rules say that may change at any time.</summary>
public sealed class HttpFront : IAsyncDisposable
{
    private const byte TlsHandshake = 0x16;

    private static readonly HashSet<string> HopByHop = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Connection", "Transfer-Encoding", "Upgrade", "TE", "Trailer",
    };

    private readonly HeldPort held = HeldPort.Take("TCP");
    private readonly WebApplication app;
    private readonly HttpMessageInvoker client;

    private HttpFront(Func<string?, X509Certificate2> certificate)
    {
        client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            AutomaticDecompression = DecompressionMethods.None,
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = CheckBackend },
        });
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, held.Port, listen => Listen(listen, certificate));
        });
        app = builder.Build();
        app.Run(ForwardAsync);
    }

    public int Port => held.Port;

    public IReadOnlyList<HttpRule> Rules { get; set; } = [];

    /// <summary>Where plain HTTP is told to go, when it may not stay plain.</summary>
    public bool RedirectsToTls { get; set; }

    /// <param name="certificate">The certificate for the name that a client asks for.</param>
    public static HttpFront Start(Func<string?, X509Certificate2> certificate)
    {
        var front = new HttpFront(certificate);
        front.app.Start();
        return front;
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await app.StopAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await app.DisposeAsync();
        client.Dispose();
        held.Dispose();
    }

    private static void Listen(ListenOptions listen, Func<string?, X509Certificate2> certificate)
    {
        ConnectionDelegate? plain = null;
        listen.Protocols = HttpProtocols.Http1;
        listen.Use(tls => async connection =>
        {
            var first = await connection.Transport.Input.ReadAsync(connection.ConnectionClosed);
            var isTls = !first.Buffer.IsEmpty && first.Buffer.FirstSpan[0] == TlsHandshake;
            connection.Transport.Input.AdvanceTo(first.Buffer.Start);
            await (isTls ? tls : plain!)(connection);
        });
        listen.UseHttps(new HttpsConnectionAdapterOptions { ServerCertificateSelector = (_, name) => certificate(name) });
        listen.Use(next => plain = next);
    }

    private async Task ForwardAsync(HttpContext context)
    {
        var host = context.Request.Host.Host;
        var rule = HttpRule.Find(Rules, host, context.Request.Path.Value ?? "/");
        if (rule is null)
        {
            await AnswerAsync(context, 404, "default backend - 404");
        }
        else if (RedirectsToTls && !context.Request.IsHttps)
        {
            context.Response.StatusCode = 302;
            context.Response.Headers.Location = context.Request.GetEncodedUrl().Replace("http://", "https://", StringComparison.Ordinal);
        }
        else if (rule.Target is not { } port)
        {
            await AnswerAsync(context, 503, "Service Temporarily Unavailable");
        }
        else
        {
            await ForwardAsync(context, rule, port);
        }
    }

    private async Task ForwardAsync(HttpContext context, HttpRule rule, int port)
    {
        using var request = Request(context, rule, port);
        try
        {
            using var response = await client.SendAsync(request, context.RequestAborted);
            context.Response.StatusCode = (int)response.StatusCode;
            foreach (var (name, values) in response.Headers.Concat(response.Content.Headers).Where(header => !HopByHop.Contains(header.Key)))
            {
                context.Response.Headers[name] = values.ToArray();
            }

            await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
        catch (HttpRequestException) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, 502, "Bad Gateway");
        }
        catch (Exception end) when (end is HttpRequestException or IOException or OperationCanceledException)
        {
            context.Abort();
        }
    }

    private static HttpRequestMessage Request(HttpContext context, HttpRule rule, int port)
    {
        var given = context.Request;
        var scheme = rule.BackendAuthority is null ? "http" : "https";
        var request = new HttpRequestMessage(new HttpMethod(given.Method), new Uri($"{scheme}://127.0.0.1:{port}{given.GetEncodedPathAndQuery()}"));
        if (given.ContentLength > 0 || given.Headers.TransferEncoding.Count > 0)
        {
            request.Content = new StreamContent(given.Body);
        }

        foreach (var (name, values) in given.Headers.Where(header => !HopByHop.Contains(header.Key)))
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", given.Scheme);
        request.Headers.TryAddWithoutValidation("X-Forwarded-Host", given.Host.Value);
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", "127.0.0.1");
        return request;
    }

    private bool CheckBackend(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 given)
        {
            return false;
        }

        // Backends are reached at loopback, so that the name to expect is the rule's.
        return Rules.Any(rule => rule.BackendAuthority is { } authority && given.MatchesHostname(rule.BackendName) && IsSignedBy(given, authority));
    }

    private static bool IsSignedBy(X509Certificate2 given, string authority)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.ImportFromPem(authority);
        return chain.Build(given);
    }

    private static Task AnswerAsync(HttpContext context, int code, string text)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = "text/plain";
        return context.Response.WriteAsync(text + "\n", context.RequestAborted);
    }
}
