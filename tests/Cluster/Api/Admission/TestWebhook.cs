using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Tests.Api.Admission;

/// <summary>An admission webhook on loopback, with a certificate of its own.</summary>
public sealed class TestWebhook : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly X509Certificate2 certificate;

    private TestWebhook(WebApplication app, X509Certificate2 certificate)
    {
        this.app = app;
        this.certificate = certificate;
    }

    public string Url => app.Urls.First().Replace("127.0.0.1", "localhost", StringComparison.Ordinal) + "/hook";

    public byte[] Authority => Encoding.UTF8.GetBytes(certificate.ExportCertificatePem());

    /// <summary>The requests that it was asked about, in order.</summary>
    public List<JsonObject> Asked { get; } = [];

    /// <summary>Starts one that answers with what <paramref name="answer"/> makes of a request.</summary>
    public static async Task<TestWebhook> StartAsync(Func<JsonObject, JsonObject> answer)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        var app = builder.Build();
        var webhook = new TestWebhook(app, certificate);
        app.Run(async context =>
        {
            if (context.Request.ContentType != "application/json")
            {
                // As those that are written with controller-runtime.
                context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
                return;
            }

            var asked = (JsonObject)(await JsonNode.ParseAsync(context.Request.Body))!["request"]!;
            lock (webhook.Asked)
            {
                webhook.Asked.Add(asked);
            }

            var response = answer(asked);
            response["uid"] ??= asked.Text("uid");
            await context.Response.WriteAsync(new JsonObject { ["kind"] = "AdmissionReview", ["apiVersion"] = "admission.k8s.io/v1", ["response"] = response }.ToJsonString());
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return webhook;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        certificate.Dispose();
    }
}
