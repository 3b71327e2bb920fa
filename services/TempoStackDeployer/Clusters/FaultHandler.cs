using System.Net;
using TempoCos.Contracts;

namespace TempoCos.TempoStackDeployer.Clusters;

/// <summary>
/// Tries again what may pass (no connection, 429, 5xx; a bounded number of times), and turns what no caller can handle into a diagnostic.
/// What a caller must decide itself goes through: absent, conflict, refused content.
/// </summary>
internal sealed class FaultHandler(string server, TimeProvider time) : DelegatingHandler
{
    private const int Attempts = 4;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            HttpResponseMessage response;
            try
            {
                response = await base.SendAsync(request, cancellationToken);
            }
            catch (HttpRequestException) when (attempt < Attempts)
            {
                await Task.Delay(Pause(attempt, null), time, cancellationToken);
                continue;
            }
            catch (Exception exception) when (exception is HttpRequestException
                || (exception is TaskCanceledException && !cancellationToken.IsCancellationRequested))
            {
                throw new DiagnosticException(
                    Codes.ClusterUnreachable, server, $"The Kubernetes API server does not answer: {Cause(exception)}",
                    "Check with `kubectl cluster-info` that the cluster runs and that KUBECONFIG names it.", exception);
            }

            if (!MayPass(response.StatusCode) || attempt == Attempts)
            {
                return IsForTheCaller(request.Method, response) ? response : throw await RefusalAsync(request, response, cancellationToken);
            }

            var pause = Pause(attempt, response);
            response.Dispose();
            await Task.Delay(pause, time, cancellationToken);
        }
    }

    private static bool MayPass(HttpStatusCode status) =>
        status is HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway
            or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private static bool IsForTheCaller(HttpMethod method, HttpResponseMessage response) =>
        response.IsSuccessStatusCode
        || response.StatusCode is HttpStatusCode.SwitchingProtocols or HttpStatusCode.NotFound or HttpStatusCode.Conflict or HttpStatusCode.Gone
        || ((method == HttpMethod.Patch || method == HttpMethod.Post) && response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity);

    private static TimeSpan Pause(int attempt, HttpResponseMessage? response)
    {
        var pause = response?.Headers.RetryAfter?.Delta ?? FirstPause * Math.Pow(2, attempt - 1);
        return pause < LongestPause ? pause : LongestPause;
    }

    private async Task<DiagnosticException> RefusalAsync(HttpRequestMessage request, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using (response)
        {
            var message = ApiStatus.Message(await response.Content.ReadAsStringAsync(cancellationToken));
            var what = $"{request.Method} {request.RequestUri?.AbsolutePath}";
            return response.StatusCode switch
            {
                HttpStatusCode.Unauthorized => new DiagnosticException(
                    Codes.CredentialsRefused, server, $"The cluster refuses the credentials: {message}",
                    "Log in to the cluster again, or choose another context by Kubernetes__Context."),
                HttpStatusCode.Forbidden => new DiagnosticException(
                    Codes.Forbidden, what, $"The cluster forbids it: {message}",
                    "Have a role bound to this user that allows it; `kubectl auth can-i --list` shows what is allowed."),
                var status => new DiagnosticException(
                    Codes.ApiServer, what, $"The Kubernetes API server answered {(int)status}: {message}",
                    "Look at the API server's log; try again when the cluster is well."),
            };
        }
    }

    private static string Cause(Exception exception) => (exception.InnerException ?? exception).Message.TrimEnd('.');
}
