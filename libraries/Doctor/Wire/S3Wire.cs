using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using TempoCos.StorageCost.Metering;

namespace TempoCos.Doctor.Wire;

/// <summary>
/// Sends signed requests, and repeats what a client of Tempo's would repeat: busy answers and broken connections. What it met on the way is kept for the
/// checks that ask for it. AWS' SDK could not send all payload modes, nor would it show what came back.
/// </summary>
internal sealed class S3Wire : IDisposable
{
    private const int Attempts = 5;
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ResolveTimeout = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>How long a write that is on its way is waited for when nobody wants its answer any more.</summary>
    private static readonly TimeSpan LastAnswer = TimeSpan.FromSeconds(5);

    private readonly StoreTarget _target;
    private readonly Uri _endpoint;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    public S3Wire(StoreTarget target, Uri endpoint, TimeProvider time)
    {
        _target = target;
        _endpoint = endpoint;
        _time = time;
        _http = new HttpClient(new MeteringHandler(Transport(target.Authorities))) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public WireRecord Record { get; } = new();

    /// <summary>Whether the whole connection, as Tempo would make it, is encrypted.</summary>
    public bool IsTls => _endpoint.Scheme == Uri.UriSchemeHttps;

    /// <exception cref="HttpRequestException">There was no answer, also when asked again.</exception>
    /// <exception cref="TimeoutException">There was none in time.</exception>
    public async Task<S3Answer> SendAsync(S3Ask ask, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            TimeSpan pause;
            try
            {
                var (answer, retryAfter) = await AttemptAsync(ask, cancellationToken);
                if (answer.Code == "RequestTimeTooSkewed" && Record.CorrectClock())
                {
                    continue;
                }

                if (!IsBusy(answer.Status) || attempt == Attempts)
                {
                    return answer;
                }

                pause = retryAfter ?? Pause(attempt);
            }
            catch (Exception exception) when (IsBroken(exception) && attempt < Attempts)
            {
                Record.Broke();
                pause = Pause(attempt);
            }

            await Task.Delay(pause < LongestPause ? pause : LongestPause, _time, cancellationToken);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<(S3Answer Answer, TimeSpan? RetryAfter)> AttemptAsync(S3Ask ask, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(AttemptTimeout, _time);

        // What was sent may be carried out whether it is waited for or not: left alone, it could be written after the clean-up.
        var writes = ask.Method != HttpMethod.Get && ask.Method != HttpMethod.Head;
        cancellationToken.ThrowIfCancellationRequested();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, writes ? CancellationToken.None : cancellationToken);
        await using var patience = cancellationToken.Register(() => timeout.CancelAfter(LastAnswer));
        using var request = SignedRequest.Make(ask, _target, _endpoint, _time.GetUtcNow() + Record.Correction);
        try
        {
            var started = Stopwatch.GetTimestamp();
            var sent = _time.GetUtcNow();
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var body = await response.Content.ReadAsByteArrayAsync(either.Token);
            var took = Stopwatch.GetElapsedTime(started);
            Record.Add(took, response.Headers.Date - (sent + (took / 2)), IsThrottle((int)response.StatusCode));
            return (new S3Answer(ask, (int)response.StatusCode, Flatten(response), body), RetryAfter(response.Headers.RetryAfter));
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer within {AttemptTimeout.TotalSeconds:0} s", exception);
        }
    }

    private static SocketsHttpHandler Transport(X509Certificate2Collection? authorities)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = ConnectTimeout,
            ConnectCallback = ConnectAsync,
            AllowAutoRedirect = false,
            MaxConnectionsPerServer = 16,
            AutomaticDecompression = DecompressionMethods.None,
        };
        if (authorities is not null)
        {
            handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        return handler;
    }

    // A name server that does not answer holds the system's resolver up longer than a connection is waited for, whatever token it gets.
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        IPAddress[] addresses;
        try
        {
            addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, CancellationToken.None).WaitAsync(ResolveTimeout, cancellationToken);
        }
        catch (Exception exception) when (exception is SocketException or TimeoutException)
        {
            throw new SocketException((int)SocketError.HostNotFound);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static Dictionary<string, string> Flatten(HttpResponseMessage response)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
        {
            headers[name] = string.Join(", ", values);
        }

        return headers;
    }

    private static TimeSpan? RetryAfter(RetryConditionHeaderValue? header) => header?.Delta;

    private static TimeSpan Pause(int attempt) => TimeSpan.FromMilliseconds(100 << attempt);

    // What minio-go takes for transient.
    private static bool IsBusy(int status) => status is 408 or 429 or 499 or 500 or 502 or 503 or 504 or 520;

    private static bool IsThrottle(int status) => status is 429 or 503;

    // A refused connection, an unknown host or an untrusted certificate stays what it is.
    private static bool IsBroken(Exception exception) =>
        exception is HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded or HttpRequestError.Unknown or HttpRequestError.InvalidResponse } or IOException;
}
