using Microsoft.Extensions.Options;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.Http;
using TempoCos.CosProvisioner.Steps;

namespace TempoCos.CosProvisioner.ObjectStorage;

/// <summary>Cloud Object Storage's resource configuration API. It takes the IAM token only, and it is reached whatever a bucket's firewall says.</summary>
internal sealed class BucketConfigurationClient(IHttpClientFactory clients, IOptionsMonitor<IbmCloudOptions> options, Waiting waiting, TimeProvider time)
{
    public const string ClientName = "bucket-configuration";

    private readonly JsonApi _api = new(clients, ClientName, RemoteSystem.BucketConfiguration, time);

    /// <summary>Changes what <paramref name="wanted"/> names and waits until it is read back.</summary>
    public async Task ChangeAsync(string bucket, BucketConfiguration wanted, CancellationToken cancellationToken)
    {
        var url = new Uri($"{IbmCloudOptions.Parse(nameof(IbmCloudOptions.ConfigUrl), options.CurrentValue.ConfigUrl).ToString().TrimEnd('/')}/b/{Uri.EscapeDataString(bucket)}");
        await _api.PatchAsync(url, wanted, BucketConfigurationJson.Default.BucketConfiguration, cancellationToken);

        var atMost = options.CurrentValue.ConsistentWithin;
        var holds = await waiting.UntilAsync($"the configuration of {bucket} to hold", atMost, async () =>
            (await _api.GetAsync(url, BucketConfigurationJson.Default.BucketConfiguration, cancellationToken)).Fulfils(wanted), cancellationToken);
        if (!holds)
        {
            throw new DiagnosticException(
                DiagnosticCode.ConfigurationWithoutEffect,
                bucket,
                $"the bucket's configuration was changed, but reads as before after {atMost.TotalSeconds:0} s",
                "Run again, or leave out the options that configure the bucket.");
        }
    }
}
