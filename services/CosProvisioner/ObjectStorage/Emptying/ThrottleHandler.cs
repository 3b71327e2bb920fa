using System.Net;
using TempoCos.CosProvisioner.Http;

namespace TempoCos.CosProvisioner.ObjectStorage.Emptying;

/// <summary>Tells the pace of whoever sends when the store turns a request away. It stands behind the retries, and so sees each of them.</summary>
internal sealed class ThrottleHandler(TimeProvider time) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var sent = time.GetTimestamp();
        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)
        {
            RequestPace.Current?.Slow(sent, Transience.RetryAfter(response, time));
        }

        return response;
    }
}
