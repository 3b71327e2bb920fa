using System.Net;
using Microsoft.Extensions.Options;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.Http;

namespace TempoCos.CosProvisioner.Iam;

/// <summary>IBM Cloud IAM's token service.</summary>
internal sealed class IamClient(IHttpClientFactory clients, IOptionsMonitor<IbmCloudOptions> options, TimeProvider time)
{
    public const string ClientName = "iam";

    private readonly JsonApi _api = new(clients, ClientName, RemoteSystem.Iam, time);

    public async Task<TokenAnswer> RequestTokenAsync(ApiKey apiKey, CancellationToken cancellationToken)
    {
        var baseUrl = IbmCloudOptions.Parse(nameof(IbmCloudOptions.IamUrl), options.CurrentValue.IamUrl);
        using var form = new FormUrlEncodedContent(
        [
            new("grant_type", "urn:ibm:params:oauth:grant-type:apikey"),
            new("apikey", apiKey.Secret),
            new("response_type", "cloud_iam"),
        ]);
        try
        {
            return await _api.PostAsync(new Uri($"{baseUrl}/identity/token"), form, IamJson.Default.TokenAnswer, cancellationToken);
        }
        catch (CloudApiException refused) when (refused.Status is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            throw new DiagnosticException(
                DiagnosticCode.ApiKeyRefused,
                apiKey.Origin,
                $"IAM refuses the API key: {refused.Code} {refused.Text.TrimEnd('.')}",
                "Make a new one with `ibmcloud iam api-key-create tempocos` and put it there.",
                refused);
        }
    }
}
