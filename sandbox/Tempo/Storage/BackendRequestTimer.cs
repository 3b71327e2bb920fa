using System.Globalization;
using TempoCos.Tempo.Http;

namespace TempoCos.Tempo.Storage;

/// <summary>Observes every request that was answered by its method and status, as Tempo does.</summary>
internal sealed class BackendRequestTimer(HttpMessageHandler inner, Histogram seconds) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        var response = await base.SendAsync(request, cancellationToken);
        seconds.Observe(TimeProvider.System.GetElapsedTime(started).TotalSeconds, request.Method.Method, ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture));
        return response;
    }
}
