using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using TempoCos.Contracts;
using TempoCos.IbmCloud.Hosting;

namespace TempoCos.IbmCloud.Traffic;

/// <summary>Every request in a line of JSON: the latest in memory, all of them in a file when one is named. Requests to the admin endpoint are left out.</summary>
public sealed class RequestLog : IDisposable
{
    /// <summary>How many lines are kept in memory.</summary>
    public const int Kept = 20_000;

    private const int LongestAgent = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly string[] Secrets = ["apikey", "refresh_token", "access_token", "password", "secret", "Signature", "X-Amz-Signature", "X-Amz-Security-Token"];

    private readonly ConcurrentDictionary<Exchange, bool> _open = new();
    private readonly Queue<RequestRecord> _latest = new();
    private readonly Lock _gate = new();
    private readonly FileStream? _file;
    private long _count;

    public RequestLog(IbmCloudOptions options)
    {
        if (options.RequestLog is not { } path)
        {
            return;
        }

        try
        {
            _file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException("TC923", $"--request-log {path}", "the request log cannot be written", "Name a file in a directory that is there and writable.", exception);
        }
    }

    public void Begin(Exchange exchange) => _open[exchange] = true;

    /// <summary>Writes the line of a request that is over.</summary>
    public void End(Exchange exchange, HttpContext context, TimeSpan duration)
    {
        var request = context.Request;
        var record = new RequestRecord(
            0, exchange.Time, exchange.Service, exchange.Operation, request.Method, exchange.Bucket, exchange.Key, WithoutSecrets(RequestTarget.Of(context).Query),
            exchange.IsDropped ? 0 : context.Response.StatusCode, exchange.Code, BillingClass.Of(exchange.Service, request.Method, exchange.Operation),
            PayloadBytes(exchange, request), exchange.Answer.Count, Math.Round(duration.TotalMilliseconds, 3),
            Sender.Of(context), Shortened(request.Headers.UserAgent.ToString()), exchange.Fault?.Id);
        lock (_gate)
        {
            record = record with { N = ++_count };
            _latest.Enqueue(record);
            if (_latest.Count > Kept)
            {
                _latest.Dequeue();
            }

            if (_file is not null)
            {
                _file.Write([.. JsonSerializer.SerializeToUtf8Bytes(record, TrafficJson.Default.RequestRecord), (byte)'\n']);
            }
        }

        _open.TryRemove(exchange, out _);
        exchange.End();
    }

    /// <summary>
    /// The lines after number <paramref name="since"/>. Waits for requests that are being served; not for those that take long.
    /// </summary>
    public async Task<RequestRecord[]> SinceAsync(long since, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(_open.Keys.Select(exchange => exchange.Ended)).WaitAsync(Patience, cancellationToken);
        }
        catch (TimeoutException)
        {
            // What takes so long comes with a later question.
        }

        lock (_gate)
        {
            return [.. _latest.SkipWhile(record => record.N <= since)];
        }
    }

    public void Dispose() => _file?.Dispose();

    private static long PayloadBytes(Exchange exchange, HttpRequest request) =>
        long.TryParse(request.Headers["x-amz-decoded-content-length"], NumberStyles.None, CultureInfo.InvariantCulture, out var decoded)
            ? Math.Min(decoded, exchange.Request.Count)
            : exchange.Request.Count;

    private static string WithoutSecrets(string query) =>
        string.Join('&', query.Split('&').Select(part => part.IndexOf('=', StringComparison.Ordinal) is var equals and > 0
            && Secrets.Contains(part[..equals], StringComparer.OrdinalIgnoreCase) ? part[..(equals + 1)] + "-" : part));

    private static string Shortened(string text) => text.Length <= LongestAgent ? text : text[..LongestAgent];
}
