using System.Net;
using System.Security.Authentication;
using TempoCos.Contracts;
using TempoCos.ServiceDefaults.Clusters;

namespace TempoCos.TempoStackDeployer.Clusters;

/// <summary>
/// Tries again what may pass (no connection, no answer in time, 429, 5xx; a bounded number of times), and turns what no caller can handle into a diagnostic.
/// What a caller must decide itself goes through: absent, conflict, gone, refused content. Every request of this service may be sent twice: it applies, it deletes
/// by uid, it merges the same values, or it makes something of a name that is the run's, whose label tells on a conflict whether the first try took effect.
/// </summary>
internal sealed class FaultHandler(ClusterAccess access, RequestLimits limits, TimeProvider time) : DelegatingHandler
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private string Server => access.Configuration.Host;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            HttpResponseMessage? response = null;
            Exception? failure = null;
            try
            {
                response = await OnceAsync(request, cancellationToken);
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                failure = exception;
            }

            if (response is not null && (!MayPass(response.StatusCode) || await IsAboutContentAsync(request, response, cancellationToken)))
            {
                return IsForTheCaller(request.Method, response) ? response : throw await RefusalAsync(request, response, "", cancellationToken);
            }

            var elapsed = time.GetElapsedTime(started);
            var pause = Pause(attempt, response);
            if (attempt == limits.Attempts || elapsed + pause > limits.Total || IsLasting(failure))
            {
                var tried = attempt == 1 ? "" : $" (tried {attempt} times in {elapsed.TotalSeconds:0.#} s)";
                throw response is not null ? await RefusalAsync(request, response, tried, cancellationToken) : Unreachable(failure!, tried);
            }

            response?.Dispose();
            await Task.Delay(pause, time, cancellationToken);
        }
    }

    private async Task<HttpResponseMessage> OnceAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(limits.Attempt, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var response = await base.SendAsync(request, both.Token);
        if (!IsStream(request.RequestUri!))
        {
            // An answer that breaks off is no answer either.
            await response.Content.LoadIntoBufferAsync(both.Token);
        }

        return response;
    }

    private static bool IsStream(Uri uri) =>
        uri.Query.Contains("watch=true", StringComparison.Ordinal) || uri.AbsolutePath.EndsWith("/log", StringComparison.Ordinal);

    private static bool MayPass(HttpStatusCode status) =>
        status is HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway
            or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    /// <summary>A certificate does not become good by asking again.</summary>
    private static bool IsLasting(Exception? failure) => failure?.InnerException is AuthenticationException;

    private static bool IsForTheCaller(HttpMethod method, HttpResponseMessage response) =>
        response.IsSuccessStatusCode
        || response.StatusCode is HttpStatusCode.SwitchingProtocols or HttpStatusCode.NotFound or HttpStatusCode.Conflict or HttpStatusCode.Gone
        || MayPass(response.StatusCode)
        || ((method == HttpMethod.Patch || method == HttpMethod.Post) && response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity);

    /// <summary>An apply with a field that the kind does not have, or of another type, is answered with 500, and is refused for good all the same.</summary>
    private static async Task<bool> IsAboutContentAsync(HttpRequestMessage request, HttpResponseMessage response, CancellationToken cancellationToken) =>
        request.Method == HttpMethod.Patch && response.StatusCode == HttpStatusCode.InternalServerError
        && ApiStatus.Message(await response.Content.ReadAsStringAsync(cancellationToken)).StartsWith("failed to create typed patch object", StringComparison.Ordinal);

    /// <summary>What the server asks for, even when it is more than there is time for; else twice as long each time.</summary>
    private static TimeSpan Pause(int attempt, HttpResponseMessage? response)
    {
        if (response?.Headers.RetryAfter?.Delta is { } asked)
        {
            return asked;
        }

        var pause = FirstPause * Math.Pow(2, attempt - 1);
        return pause < LongestPause ? pause : LongestPause;
    }

    private DiagnosticException Unreachable(Exception failure, string tried)
    {
        if (access.CertificateProblem is { } problem && IsLasting(failure))
        {
            return new DiagnosticException(Codes.ClusterUnreachable, Server, $"The Kubernetes API server cannot be trusted: {problem.Reason}", problem.Fix, failure);
        }

        var cause = failure is OperationCanceledException ? $"no answer within {limits.Attempt.TotalSeconds:0.#} s" : Cause(failure);
        return new DiagnosticException(
            Codes.ClusterUnreachable, Server, $"The Kubernetes API server does not answer: {cause}{tried}",
            "Check with `kubectl cluster-info` that the cluster runs and that KUBECONFIG names it.", failure);
    }

    private async Task<DiagnosticException> RefusalAsync(HttpRequestMessage request, HttpResponseMessage response, string tried, CancellationToken cancellationToken)
    {
        using (response)
        {
            var message = ApiStatus.Message(await response.Content.ReadAsStringAsync(cancellationToken));
            var what = $"{request.Method} {request.RequestUri?.AbsolutePath}";
            return response.StatusCode switch
            {
                HttpStatusCode.Unauthorized => new DiagnosticException(
                    Codes.CredentialsRefused, Server, $"The cluster refuses the credentials: {message}; {await access.WhyRefusedAsync(cancellationToken)}",
                    "Log in to the cluster again (such as by `oc login`, or with the tool that made the kubeconfig), or choose another context by Kubernetes__Context."),
                HttpStatusCode.Forbidden => ForbiddenCause.Of(what, message),
                HttpStatusCode.TooManyRequests when response.Headers.RetryAfter?.Delta is { } asked => new DiagnosticException(
                    Codes.ApiServer, what, $"The Kubernetes API server answered 429 and asks to wait for {asked.TotalSeconds:0} s: {message}{tried}",
                    "Try again when the API server is less busy; its priority and fairness settings say who may ask how often."),
                var status => new DiagnosticException(
                    Codes.ApiServer, what, $"The Kubernetes API server answered {(int)status}: {message}{tried}",
                    "Look at the API server's log; try again when the cluster is well."),
            };
        }
    }

    private static string Cause(Exception exception) => (exception.InnerException ?? exception).Message.TrimEnd('.');
}
