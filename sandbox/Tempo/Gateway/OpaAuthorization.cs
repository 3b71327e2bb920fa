using System.Text.Json;

namespace TempoCos.Tempo.Gateway;

/// <summary>Asks an Open Policy Agent beside the gateway.</summary>
public sealed class OpaAuthorization(Uri url, bool withToken) : IAuthorization
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(2) }) { Timeout = TimeSpan.FromSeconds(30) };

    public async Task<int> CheckAsync(Identity who, string permission, GatewayTenant tenant, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url);
        request.Content = JsonContent.Create(new
        {
            input = new { groups = who.Groups, permission, resource = "traces", subject = who.Subject, tenant = tenant.Name, tenantID = tenant.Id },
        });
        if (withToken)
        {
            request.Headers.TryAddWithoutValidation(OpaApp.TokenHeader, who.Token);
        }

        try
        {
            using var response = await Http.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                return (int)response.StatusCode;
            }

            using var answer = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancellationToken), cancellationToken: cancellationToken);
            return answer.RootElement.TryGetProperty("result", out var result) && result.ValueKind == JsonValueKind.True ? StatusCodes.Status200OK : StatusCodes.Status403Forbidden;
        }
        catch (Exception exception) when (exception is HttpRequestException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return StatusCodes.Status500InternalServerError;
        }
        catch (JsonException)
        {
            return StatusCodes.Status403Forbidden;
        }
    }
}
