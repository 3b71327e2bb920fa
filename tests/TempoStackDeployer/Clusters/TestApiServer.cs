using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TempoCos.TempoStackDeployer.Tests.Clusters;

/// <summary>Says its version to whom it lets in, by certificates and credentials of a test's choice, and remembers the requests.</summary>
internal sealed class TestApiServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestApiServer(WebApplication app, string scheme, ConcurrentQueue<SeenRequest> requests)
    {
        _app = app;
        Requests = requests;
        Address = $"{scheme}://127.0.0.1:{new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port}";
    }

    public string Address { get; }

    public ConcurrentQueue<SeenRequest> Requests { get; }

    public static async Task<TestApiServer> StartAsync(X509Certificate2? certificate = null, Func<HttpRequest, bool>? letsIn = null, bool asksForCertificate = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(certificate, https =>
                {
                    https.ClientCertificateMode = asksForCertificate ? ClientCertificateMode.RequireCertificate : ClientCertificateMode.NoCertificate;
                    https.AllowAnyClientCertificate();
                });
            }
        }));
        var requests = new ConcurrentQueue<SeenRequest>();
        var app = builder.Build();
        app.Run(async context =>
        {
            requests.Enqueue(new SeenRequest(
                context.Request.Host.Value ?? "", context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                context.Connection.ClientCertificate?.Subject ?? ""));
            context.Response.ContentType = "application/json";
            if (letsIn?.Invoke(context.Request) == false)
            {
                context.Response.StatusCode = 401;
                await context.Response.WriteAsync("""{"kind":"Status","apiVersion":"v1","status":"Failure","message":"Unauthorized","code":401}""");
                return;
            }

            await context.Response.WriteAsync("""{"major":"1","minor":"32","gitVersion":"v1.32.0","gitCommit":"","gitTreeState":"","buildDate":"","goVersion":"","compiler":"","platform":""}""");
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new TestApiServer(app, certificate is null ? "http" : "https", requests);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }
}
