using TempoCos.CosProvisioner.Steps;

namespace TempoCos.CosProvisioner.Http;

/// <summary>
/// Repeats what may be repeated, a bounded number of times, honouring <c>Retry-After</c>. A POST that creates something is sent again only when the
/// first one never left; otherwise its caller has to look whether it worked.
/// </summary>
internal sealed partial class RetryHandler(RemoteSystem system, TimeProvider time, ILogger<RetryHandler> logger) : DelegatingHandler
{
    private const int Attempts = 7;
    private const int AttemptsWithoutAnswer = 4;
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Budget = TimeSpan.FromMinutes(2);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is { } content)
        {
            await content.LoadIntoBufferAsync(cancellationToken);
        }

        var repeatable = request.Method != HttpMethod.Post || system.RepeatsPosts;
        var started = time.GetTimestamp();
        var backoff = new Backoff(TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(8));
        for (var attempt = 1; ; attempt++)
        {
            TimeSpan delay;
            string why;
            try
            {
                var response = await AttemptAsync(request, cancellationToken);
                delay = Transience.RetryAfter(response, time) ?? backoff.Next();
                if (!Transience.IsTransient(response.StatusCode) || !repeatable || attempt == Attempts || time.GetElapsedTime(started) + delay > Budget)
                {
                    return CheckOrigin(request, response);
                }

                why = $"answered {(int)response.StatusCode}";
                response.Dispose();
            }
            catch (Exception exception) when (IsWithoutAnswer(exception))
            {
                (var cause, why) = ConnectionFailure.Explain(exception, request.RequestUri);
                var mayHelp = repeatable || NeverLeft(exception);
                if (cause == NoAnswer.Certificate || !mayHelp || attempt == AttemptsWithoutAnswer || time.GetElapsedTime(started) > Budget)
                {
                    throw new EndpointUnreachableException(system, request.RequestUri, cause, why, exception);
                }

                delay = backoff.Next();
            }

            ProvisionerTelemetry.Retries.Add(1, new KeyValuePair<string, object?>("system", system.Name));
            Log.Repeating(logger, system.Name, why, delay, attempt + 1);
            StepScope.Current?.Say($"{system.Name}: {why}; asking again");
            await Task.Delay(delay, time, cancellationToken);
        }
    }

    private async Task<HttpResponseMessage> AttemptAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(AttemptTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var response = await base.SendAsync(request, either.Token);
            await response.Content.LoadIntoBufferAsync(either.Token);
            return response;
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer within {AttemptTimeout.TotalSeconds:0} s", exception);
        }
    }

    private static bool IsWithoutAnswer(Exception exception) => exception is HttpRequestException or IOException or TimeoutException;

    private static bool NeverLeft(Exception exception) =>
        exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError };

    private HttpResponseMessage CheckOrigin(HttpRequestMessage request, HttpResponseMessage response)
    {
        if (ConnectionFailure.OfProxy(response) is not { } why)
        {
            return response;
        }

        response.Dispose();
        throw new EndpointUnreachableException(system, request.RequestUri, NoAnswer.Proxy, why);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{System}: {Why}; attempt {Attempt} in {Delay}")]
        public static partial void Repeating(ILogger logger, string system, string why, TimeSpan delay, int attempt);
    }
}
