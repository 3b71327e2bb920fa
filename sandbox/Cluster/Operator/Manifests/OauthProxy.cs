using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Operator.Configuration;
using static TempoCos.Cluster.Operator.Manifests.Content;

namespace TempoCos.Cluster.Operator.Manifests;

/// <summary>OpenShift's proxy that asks for a login before the Jaeger UI.</summary>
public static class OauthProxy
{
    public const string RedirectAnnotation = "serviceaccounts.openshift.io/oauth-redirectreference.primary";
    private const string TlsDirectory = "/etc/tls/private";

    public static string Redirect(string route) => $"{{\"kind\":\"OAuthRedirectReference\",\"apiVersion\":\"v1\",\"reference\":{{\"kind\":\"Route\",\"name\":\"{route}\"}}}}";

    public static void Add(JsonObject pod, JsonObject service, JsonObject route, string instance, string account, JsonNode? authentication, string timeout, string image, JsonObject resources)
    {
        var secret = $"{instance}-ui-oauth-proxy-tls";
        Append(pod, "volumes", PodParts.SecretVolume(secret, secret));
        Append(pod, "containers", Map(
            ("name", "oauth-proxy"),
            ("image", image),
            ("args", List(
                "--cookie-secret-file=/var/run/secrets/kubernetes.io/serviceaccount/token",
                $"--https-address=:{StackPorts.OauthProxy.Number}",
                $"--openshift-service-account={account}",
                "--provider=openshift",
                $"--tls-cert={TlsDirectory}/tls.crt",
                $"--tls-key={TlsDirectory}/tls.key",
                "--upstream=http://localhost:16686",
                $"--upstream-timeout={GoDuration.Canonical(timeout)}",
                authentication.Text("sar")?.Trim() is { Length: > 0 } sar ? $"--openshift-sar={sar}" : null)),
            ("ports", StackPorts.OfContainer([StackPorts.OauthProxy])),
            ("volumeMounts", List(PodParts.Mount(secret, TlsDirectory, readOnly: false))),
            ("resources", authentication.At("resources") ?? resources),
            ("readinessProbe", Map(
                ("httpGet", Map(("scheme", "HTTPS"), ("path", "/oauth/healthz"), ("port", StackPorts.OauthProxy.Name))),
                ("initialDelaySeconds", 10),
                ("timeoutSeconds", 5))),
            ("securityContext", PodParts.ContainerSecurity())));
        service.Ensure("metadata", "annotations")[ServingCertificates.OfService] = secret;
        Append(service.Ensure("spec"), "ports", StackPorts.OfService(StackPorts.OauthProxy, StackPorts.OauthProxy.Name));
        route.Ensure("spec")["tls"] = Map(("termination", "reencrypt"));
        route.Ensure("spec", "port")["targetPort"] = StackPorts.OauthProxy.Name;
    }
}
