using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Network;

namespace TempoCos.Cluster.Api.Admission.Webhooks;

/// <summary>
/// Asks a webhook at its URL, or at its service, whose certificate must be NAME.NAMESPACE.svc's then. The writer waits: what asks is a request to the API,
/// never one of the cluster's own controllers.
/// </summary>
public sealed class WebhookClient(ObjectStore store, ServiceNetwork network)
{
    private const int DefaultTimeout = 10;

    /// <summary>The response of the AdmissionReview that the webhook answers with.</summary>
    /// <exception cref="WebhookException">There is none.</exception>
    public JsonNode Ask(JsonObject webhook, AdmissionRequest request)
    {
        if (!webhook.Texts("admissionReviewVersions").Contains("v1"))
        {
            throw new WebhookException("webhook does not accept v1 AdmissionReview requests");
        }

        var seconds = webhook.Number("timeoutSeconds") ?? DefaultTimeout;
        var (shown, address, host) = Address(webhook.At("clientConfig"), seconds);
        var uid = Guid.NewGuid().ToString();
        try
        {
            using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, SslOptions = Trust(webhook.At("clientConfig")) };
            using var http = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(seconds) };
            using var message = new HttpRequestMessage(HttpMethod.Post, address)
            {
                // Webhooks that are written in Go take this type only without a character set.
                Content = new StringContent(request.ToReview(uid).ToJsonString(), new MediaTypeHeaderValue("application/json")),
            };
            message.Headers.Host = host;
            using var answer = http.Send(message);
            using var content = answer.Content.ReadAsStream();
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                throw new WebhookException($"failed to call webhook: the server answered {(int)answer.StatusCode} at {shown}");
            }

            return Response(JsonNode.Parse(content), uid);
        }
        catch (Exception problem) when (problem is HttpRequestException or TaskCanceledException or IOException or JsonException)
        {
            var why = problem is TaskCanceledException ? "context deadline exceeded" : problem.InnerException?.Message ?? problem.Message;
            throw new WebhookException($"failed to call webhook: Post \"{shown}\": {why}", problem);
        }
    }

    private static JsonNode Response(JsonNode? review, string uid) =>
        review.At("response") is not { } response ? throw new WebhookException("received invalid webhook response: webhook response was absent")
        : response.Text("uid") != uid ? throw new WebhookException($"received invalid webhook response: expected response.uid=\"{uid}\", got \"{response.Text("uid")}\"")
        : response;

    /// <summary>The address as it is written, where it is reached, and the host that answers there.</summary>
    private (string Shown, Uri Address, string Host) Address(JsonNode? config, long seconds)
    {
        if (config.Text("url") is { } url)
        {
            return Uri.TryCreate(url, UriKind.Absolute, out var given) && given.Scheme == Uri.UriSchemeHttps
                ? (Timed(url), new Uri(Timed(url)), given.Authority)
                : throw new WebhookException($"could not get REST client: {url} is no https URL");
        }

        var (name, ns, port) = (config.Text("service", "name") ?? "", config.Text("service", "namespace") ?? "", config.Number("service", "port") ?? 443);
        var shown = Timed($"https://{name}.{ns}.svc:{port}{config.Text("service", "path") ?? "/"}");
        var key = new ObjectKey(BuiltInResources.Services, ns, name);
        var service = store.Find(key)?.ToObject() ?? throw new WebhookException($"failed to call webhook: Post \"{shown}\": service \"{name}\" not found");
        var servicePort = service.Objects("spec", "ports").FirstOrDefault(one => one.Number("port") == port)
            ?? throw new WebhookException($"failed to call webhook: Post \"{shown}\": no service port {port} found for service \"{name}\"");
        return (shown, new UriBuilder(shown) { Host = "127.0.0.1", Port = network.LocalPort(key, servicePort) }.Uri, $"{name}.{ns}.svc");

        string Timed(string address) => $"{address}{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}timeout={seconds}s";
    }

    private static SslClientAuthenticationOptions Trust(JsonNode? config)
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (config.Text("caBundle") is { Length: > 0 } bundle)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            try
            {
                policy.CustomTrustStore.ImportFromPem(Encoding.UTF8.GetString(Convert.FromBase64String(bundle)));
            }
            catch (Exception problem) when (problem is FormatException or CryptographicException)
            {
                throw new WebhookException("could not get REST client: unable to load root certificates: the caBundle is no certificate", problem);
            }
        }

        return new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
    }
}
