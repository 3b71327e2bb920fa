using TempoCos.Contracts;

namespace TempoCos.CosProvisioner;

/// <summary>Section <c>IbmCloud</c>: where IBM Cloud answers, who asks, and how long to wait for what it does behind its answers.</summary>
internal sealed class IbmCloudOptions
{
    public const string Section = "IbmCloud";

    /// <summary>Secret. The cluster's Secret is asked when it is empty.</summary>
    public string ApiKey { get; set; } = "";

    public string IamUrl { get; set; } = "https://iam.cloud.ibm.com";

    /// <summary>Also Resource Manager's.</summary>
    public string ResourceControllerUrl { get; set; } = "https://resource-controller.cloud.ibm.com";

    public string EndpointsUrl { get; set; } = "https://control.cloud-object-storage.cloud.ibm.com/v2/endpoints";

    /// <summary>Quota, firewall and metrics of buckets.</summary>
    public string ConfigUrl { get; set; } = "https://config.cloud-object-storage.cloud.ibm.com/v1";

    public string GlobalSearchUrl { get; set; } = "https://api.global-search-tagging.cloud.ibm.com";

    public string TaggingUrl { get; set; } = "https://tags.global-search-tagging.cloud.ibm.com";

    /// <summary>IBM names no bound for how long a new HMAC key needs until every gateway knows it; comparable clouds need up to three minutes.</summary>
    public TimeSpan HmacKeyWithin { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>For what is eventually consistent after a creation: a group that is not found yet, an instance that is being provisioned.</summary>
    public TimeSpan ConsistentWithin { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>For the reclamation of a deleted instance to appear, which takes a while, to be carried out and to end.</summary>
    public TimeSpan ReclaimedWithin { get; set; } = TimeSpan.FromMinutes(4);

    /// <summary>For how long a new firewall is watched before it counts as one that lets this machine in: it takes effect after some moments.</summary>
    public TimeSpan FirewallWatched { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>For a deleted namespace to be gone.</summary>
    public TimeSpan NamespaceGoneWithin { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>The configured address, without a slash at its end.</summary>
    public static Uri Parse(string setting, string value) =>
        Uri.TryCreate(value.TrimEnd('/'), UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0
            ? uri
            : throw new DiagnosticException(
                DiagnosticCode.AddressInvalid,
                $"{Section}:{setting} = '{value}'",
                "the address is not an absolute URL with http or https",
                $"Write it with its scheme, such as https://{value.TrimStart('/')}.");
}
