using System.Net;
using System.Net.Http.Headers;
using System.Threading.Channels;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Http;

namespace TempoCos.Tempo.Generator.RemoteWriting;

/// <summary>One receiver. A write that may succeed later is repeated; meanwhile the newest wait, and the oldest are dropped: what is counted is in the next ones as well.</summary>
internal sealed partial class RemoteEndpoint : IDisposable
{
    // A collection makes a write or more for each tenant, in the same order each time: those that never fit would never be sent.
    private const int QueueLength = 1024;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StopDeadline = TimeSpan.FromMilliseconds(500);
    private readonly RemoteWriteSettings _settings;
    private readonly bool _addTenantHeader;
    private readonly TempoMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly HttpClient _http;
    private readonly Channel<PendingWrite> _queue;

    public RemoteEndpoint(RemoteWriteSettings settings, bool addTenantHeader, TempoMetrics metrics, TimeProvider time, ILogger logger)
    {
        (_settings, _addTenantHeader, _metrics, _time, _logger) = (settings, addTenantHeader, metrics, time, logger);
        _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, ActivityHeadersPropagator = null, UseCookies = false }) { Timeout = settings.Timeout };
        _queue = Channel.CreateBounded<PendingWrite>(
            new BoundedChannelOptions(QueueLength) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            dropped => metrics.RemoteSamplesDropped.Add(dropped.Samples, dropped.Tenant, Url));
    }

    private string Url => _settings.Url.ToString();

    public void Send(PendingWrite write) => _queue.Writer.TryWrite(write);

    public void Dispose() => _http.Dispose();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var end = new CancellationTokenSource();
        await using var stopping = cancellationToken.Register(() =>
        {
            _queue.Writer.TryComplete();
            end.CancelAfter(StopDeadline);
        });
        try
        {
            await foreach (var write in _queue.Reader.ReadAllAsync(end.Token))
            {
                await SendAsync(write, end.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // What still waits is lost with the process, as its counters are.
        }
    }

    private async Task SendAsync(PendingWrite write, CancellationToken cancellationToken)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var (status, reason) = await TryAsync(write, cancellationToken);
            if (status is >= 200 and < 300)
            {
                _metrics.RemoteSamples.Add(write.Samples, write.Tenant, Url);
                return;
            }

            if (status is not (null or 429 or >= 500))
            {
                _metrics.RemoteSamplesFailed.Add(write.Samples, write.Tenant, Url);
                Log.Refused(_logger, Url, reason);
                return;
            }

            Log.Retrying(_logger, Url, reason);
            await Task.Delay(pause, _time, cancellationToken);
        }
    }

    private async Task<(int? Status, string Reason)> TryAsync(PendingWrite write, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _settings.Url) { Content = new ByteArrayContent(write.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        request.Content.Headers.ContentEncoding.Add("snappy");
        request.Headers.Add("X-Prometheus-Remote-Write-Version", "0.1.0");
        request.Headers.UserAgent.Add(new("tempo-remote-write", TempoVersion.Number));
        foreach (var (name, value) in _settings.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (_addTenantHeader && write.Tenant != Tenancy.SingleTenant && !request.Headers.Contains(Tenancy.Header))
        {
            request.Headers.TryAddWithoutValidation(Tenancy.Header, write.Tenant);
        }

        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            return ((int)response.StatusCode, $"server returned HTTP status {(int)response.StatusCode} {response.ReasonPhrase}");
        }
        catch (Exception exception) when (exception is HttpRequestException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return (null, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "remote write to {Url} failed, it is repeated: {Reason}")]
        public static partial void Retrying(ILogger logger, string url, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "remote write to {Url} was refused, its samples are dropped: {Reason}")]
        public static partial void Refused(ILogger logger, string url, string reason);
    }
}
