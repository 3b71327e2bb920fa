using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace TempoCos.CosProvisioner.Tests.Killing;

/// <summary>
/// Every request of a provisioner's process goes through here, to the cloud and to the cluster. It counts them, and at a chosen one it has the process killed: before
/// the next one is carried out, or after this one was but before its answer is given.
/// </summary>
internal sealed class Gateway : IAsyncDisposable
{
    private static readonly HashSet<string> HopByHop = new(StringComparer.OrdinalIgnoreCase) { "Connection", "Transfer-Encoding", "Keep-Alive", "Upgrade" };

    private readonly WebApplication _app;
    private readonly HttpMessageInvoker _onwards;
    private readonly Lock _gate = new();
    private readonly List<string> _requests = [];
    private Uri _cloud = null!;
    private Uri _cluster = null!;
    private int _lastAnswered = int.MaxValue;
    private bool _losesAnswer;
    private Action _kill = () => { };
    private bool _dead;

    private Gateway(WebApplication app, X509Certificate2 authority)
    {
        _app = app;
        _onwards = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            SslOptions = new()
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { authority },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        });
    }

    public string CloudUrl => _app.Urls.First();

    public string ClusterUrl => _app.Urls.Last();

    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_gate)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>Whether the process was killed since <see cref="Arm"/>.</summary>
    public bool HasKilled => _dead;

    public static async Task<Gateway> StartAsync(string cloud, string cluster, X509Certificate2 authority)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0", "http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var app = builder.Build();
        var gateway = new Gateway(app, authority) { _cloud = new Uri(cloud), _cluster = new Uri(cluster) };
        app.Run(gateway.PassAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return gateway;
    }

    /// <param name="afterRequests">How many requests are carried out.</param>
    /// <param name="losesAnswer">Whether the answer to the last of them is given.</param>
    /// <param name="kill">Ends the process at once.</param>
    public void Arm(int afterRequests, bool losesAnswer, Action kill)
    {
        lock (_gate)
        {
            _requests.Clear();
            (_lastAnswered, _losesAnswer, _kill, _dead) = (afterRequests, losesAnswer, kill, false);
        }
    }

    public void Disarm() => Arm(int.MaxValue, false, () => { });

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _onwards.Dispose();
    }

    private async Task PassAsync(HttpContext context)
    {
        int number;
        lock (_gate)
        {
            _requests.Add($"{context.Request.Method} {context.Request.GetEncodedPathAndQuery().Split('?')[0]}");
            number = _requests.Count;
        }

        if (number > _lastAnswered)
        {
            // One at a time asks: whatever comes now comes after the last answer was dealt with.
            Die(context);
            return;
        }

        using var answer = await ForwardAsync(context);
        if (number == _lastAnswered && _losesAnswer)
        {
            Die(context);
            return;
        }

        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(header => !HopByHop.Contains(header.Key)))
        {
            context.Response.Headers[name] = values.ToArray();
        }

        await answer.Content.CopyToAsync(context.Response.Body, CancellationToken.None);
    }

    private async Task<HttpResponseMessage> ForwardAsync(HttpContext context)
    {
        var onCluster = context.Connection.LocalPort == new Uri(ClusterUrl).Port;
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri((onCluster ? _cluster : _cloud).GetLeftPart(UriPartial.Authority) + context.Request.GetEncodedPathAndQuery()));
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, CancellationToken.None);
        if (context.Request.ContentLength is not null || body.Length > 0)
        {
            request.Content = new ByteArrayContent(body.ToArray());
        }

        foreach (var (name, values) in context.Request.Headers.Where(header => !HopByHop.Contains(header.Key)))
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.ToArray()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, values.ToArray());
            }
        }

        // The cloud signs and publishes addresses by this name: requests come here again.
        request.Headers.Host = onCluster ? null : context.Request.Host.Value;
        return await _onwards.SendAsync(request, CancellationToken.None);
    }

    private void Die(HttpContext context)
    {
        lock (_gate)
        {
            _dead = true;
            _kill();
        }

        context.Abort();
    }
}
