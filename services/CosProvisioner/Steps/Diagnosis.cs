using System.Net;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.S3;
using k8s.Autorest;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.Http;
using TempoCos.CosProvisioner.ObjectStorage;

namespace TempoCos.CosProvisioner.Steps;

/// <summary>What a user can act on, for failures that no step knows better about.</summary>
internal static class Diagnosis
{
    /// <summary>Null for what is not a failure of another system, such as a cancellation or a defect.</summary>
    public static DiagnosticException? Of(Exception exception) => exception switch
    {
        DiagnosticException diagnostic => diagnostic,
        EndpointUnreachableException { Cause: NoAnswer.Proxy } intercepted => new(
            DiagnosticCode.ProxyInTheWay,
            intercepted.Address,
            $"a proxy stands between here and {intercepted.System.InSentence}: {intercepted.Why}",
            $"Set HTTPS_PROXY with its credentials, or NO_PROXY to go past it; check {intercepted.System.Settings}.",
            intercepted),
        EndpointUnreachableException { Cause: NoAnswer.Certificate } untrusted => new(
            DiagnosticCode.CertificateUntrusted,
            untrusted.Address,
            $"the certificate of {untrusted.System.InSentence} is not trusted: {untrusted.Why}",
            "Add its certificate authority to this machine's trust store, or name a bundle that holds it by SSL_CERT_FILE; if it should be a public one, something intercepts the connection.",
            untrusted),
        EndpointUnreachableException unreachable => new(
            unreachable.System.UnreachableCode,
            unreachable.Address,
            $"{unreachable.System.Name} cannot be reached: {unreachable.Why}",
            $"Check {unreachable.System.Settings} and the network between here and there.",
            unreachable),
        CloudApiException { Status: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden } refused => new(
            DiagnosticCode.CloudForbids,
            refused.Request,
            $"{refused.System.Name} does not allow this to the owner of the API key: {Sentence(refused.Text)}",
            "Give the owner Viewer on the resource group, Editor and Manager on Cloud Object Storage, and Administrator on account management if groups are to be made.",
            refused),
        CloudApiException failed => new(
            DiagnosticCode.CloudError,
            failed.Request,
            $"{failed.System.Name} answered {(int)failed.Status} {failed.Code}: {Sentence(failed.Text)}",
            failed.IsTransient ? "IBM Cloud is busy or down: look at https://cloud.ibm.com/status and run again." : "Correct what the text names and run again.",
            failed),
        AmazonS3Exception { ErrorCode: "RequestTimeTooSkewed" } skewed => new(
            DiagnosticCode.ClockSkewed,
            $"{DateTimeOffset.UtcNow:u}",
            $"the object store does not accept requests of this time: {Sentence(skewed.Message)}",
            "Set this machine's clock, best by NTP.",
            skewed),
        AmazonS3Exception full when StoreErrors.IsQuota(full) => new(
            DiagnosticCode.QuotaReached,
            full.ErrorCode ?? "",
            $"the bucket's hard quota does not let anything be written: {Sentence(full.Message)}",
            "Ask for a larger --hard-quota, or for none.",
            full),
        AmazonS3Exception { ErrorCode: "InvalidAccessKeyId" or "SignatureDoesNotMatch" } unknown => new(
            DiagnosticCode.HmacKeyUnusable,
            unknown.ErrorCode,
            $"the object store does not accept the HMAC key: {Sentence(unknown.Message)}",
            "Check access key id and secret, and that they are this store's.",
            unknown),
        AmazonS3Exception { StatusCode: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden } refused => new(
            DiagnosticCode.ObjectStoreForbids,
            refused.ErrorCode ?? "",
            $"the object store does not allow this: {Sentence(refused.Message)}",
            "Give the owner of the API key the service role Manager on Cloud Object Storage, and see that no firewall or context restriction keeps this machine out.",
            refused),
        AmazonS3Exception failed => new(
            DiagnosticCode.ObjectStoreError,
            $"{(int)failed.StatusCode} {failed.ErrorCode}",
            $"the object store answered with an error: {Sentence(failed.Message)}",
            Transience.IsTransient(failed.StatusCode) ? "The store is busy or down: run again later." : "Correct what the text names and run again.",
            failed),
        HttpOperationException { Response.StatusCode: HttpStatusCode.Unauthorized } refused => new(
            DiagnosticCode.ClusterCredentialsRefused,
            ConnectionFailure.Name(refused.Request?.RequestUri),
            $"the cluster refuses the credentials: {KubernetesText(refused)}",
            "Log in to the cluster again, or choose another context by Kubernetes__Context.",
            refused),
        HttpOperationException { Response.StatusCode: HttpStatusCode.Forbidden } refused => new(
            DiagnosticCode.ClusterForbids,
            refused.Request?.RequestUri?.AbsolutePath ?? "",
            $"the cluster does not allow this: {KubernetesText(refused)}",
            "Use a kubeconfig or service account that may read, create and delete namespaces and secrets.",
            refused),
        HttpOperationException failed => new(
            DiagnosticCode.ClusterError,
            $"{(int)(failed.Response?.StatusCode ?? 0)} {failed.Request?.RequestUri?.AbsolutePath}",
            $"the Kubernetes API answered with an error: {KubernetesText(failed)}",
            "Correct what the text names and run again.",
            failed),
        JsonException malformed => new(
            DiagnosticCode.CloudError,
            malformed.Path ?? "",
            $"an answer is not the JSON that IBM Cloud answers with: {Sentence(malformed.Message)}",
            "Check that the configured addresses are IBM Cloud's and that no proxy answers in its place.",
            malformed),
        AmazonClientException { InnerException: { } inner } => Of(inner),
        _ => null,
    };

    private static string Sentence(string text) => text.Trim().TrimEnd('.');

    private static string KubernetesText(HttpOperationException exception)
    {
        try
        {
            using var status = JsonDocument.Parse(exception.Response?.Content ?? "");
            return Sentence(status.RootElement.GetProperty("message").GetString() ?? exception.Message);
        }
        catch (Exception unreadable) when (unreadable is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return Sentence(exception.Message);
        }
    }
}
