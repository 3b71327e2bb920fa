using System.Collections.Concurrent;
using Google.Protobuf;
using Grpc.Core;
using TempoCos.Otlp;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.Ingester;
using TempoCos.Tempo.Ring;
using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.Distributor;

/// <summary>Takes an export: checks, limits, cuts attributes, splits by trace and hands every part to the ingesters that own it.</summary>
public sealed partial class TracePusher(
    IngesterPool ingesters, DistributorSettings settings, LimitSettings limits, TempoMetrics metrics, TimeProvider time, ILogger<TracePusher> logger)
{
    private readonly ConcurrentDictionary<string, RateLimiter> _limiters = new();
    private readonly AttributeTruncation _truncation = new(settings.MaxAttributeBytes);

    public async Task PushAsync(string tenant, ExportTraceServiceRequest request, CancellationToken cancellationToken)
    {
        var spans = request.ResourceSpans.Sum(batch => batch.ScopeSpans.Sum(scope => scope.Spans.Count));
        if (spans == 0)
        {
            return;
        }

        var bytes = request.CalculateSize();
        metrics.SpansReceived.Add(spans, tenant);
        metrics.BytesReceived.Add(bytes, tenant);
        var limiter = _limiters.GetOrAdd(tenant, _ => new(limits.RateBytes, limits.BurstBytes, time));
        if (limiter.Refuse(bytes, tenant) is { } refusal)
        {
            metrics.DiscardedSpans.Add(spans, "rate_limited", tenant);
            throw new PushFailureException(StatusCode.ResourceExhausted, refusal, settings.RetryAfter);
        }

        if (_truncation.Apply(request.ResourceSpans) is > 0 and var cut)
        {
            metrics.AttributesTruncated.Add(cut, tenant);
        }

        var parts = TraceRegrouping.Regroup(request.ResourceSpans);
        try
        {
            var owners = await ingesters.OwnersAsync(cancellationToken);
            var batches = new Dictionary<IIngester, (PushRequest Request, List<int> Spans)>();
            foreach (var (id, count, trace) in parts)
            {
                foreach (var ingester in owners(id.High ^ id.Low))
                {
                    if (!batches.TryGetValue(ingester, out var batch))
                    {
                        batches.Add(ingester, batch = (new() { Tenant = tenant }, []));
                    }

                    batch.Request.Traces.Add(trace);
                    batch.Spans.Add(count);
                }
            }

            await Task.WhenAll(batches.Select(pair => PushAsync(pair.Key, pair.Value.Request, pair.Value.Spans, cancellationToken)));
        }
        catch (EmptyRingException exception)
        {
            throw new PushFailureException(StatusCode.Unavailable, exception.Message);
        }
        catch (RpcException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new PushFailureException(StatusCode.Unavailable, $"pushing to the ingester failed: {exception.Status.Detail}");
        }
    }

    // Traces that an ingester refuses are dropped without a word to the sender, as by Tempo: the metric is the only trace of it.
    private async Task PushAsync(IIngester ingester, PushRequest request, List<int> spans, CancellationToken cancellationToken)
    {
        try
        {
            var response = await ingester.PushAsync(request, cancellationToken);
            for (var i = 0; i < response.Refusals.Count; i++)
            {
                if (response.Refusals[i] != Refusal.None)
                {
                    metrics.DiscardedSpans.Add(spans[i], response.Refusals[i] == Refusal.TraceTooLarge ? "trace_too_large" : "live_traces_exceeded", request.Tenant);
                }
            }
        }
        catch (RpcException exception)
        {
            metrics.AppendFailures.Increment(ingester.Name);
            Log.Failed(logger, ingester.Name, exception.Status.Detail);
            throw;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "pushing to ingester {Ingester} failed: {Reason}")]
        public static partial void Failed(ILogger logger, string ingester, string reason);
    }
}
