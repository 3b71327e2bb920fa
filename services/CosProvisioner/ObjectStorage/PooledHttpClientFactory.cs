using Amazon.Runtime;

namespace TempoCos.CosProvisioner.ObjectStorage;

/// <summary>Gives the S3 SDK clients of our own making: same handlers, telemetry and retries as everything else.</summary>
internal sealed class PooledHttpClientFactory(IHttpClientFactory clients, string clientName, string? instanceCrn) : HttpClientFactory
{
    /// <summary>Says for which service instance a request is that names no bucket, or none that exists.</summary>
    private const string InstanceHeader = "ibm-service-instance-id";

    public override HttpClient CreateHttpClient(IClientConfig clientConfig)
    {
        var client = clients.CreateClient(clientName);
        if (instanceCrn is not null)
        {
            client.DefaultRequestHeaders.Add(InstanceHeader, instanceCrn);
        }

        return client;
    }

    // The pool is IHttpClientFactory's.
    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;
}
