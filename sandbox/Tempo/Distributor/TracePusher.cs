using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Grpc.Core;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Distributor.Export;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.Ingester;
using TempoCos.Tempo.Ring;
using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.Distributor;

/// <summary>Takes an export's bytes: checks, limits, cuts attributes, splits by trace and hands every part to the ingesters that own it.</summary>
public sealed partial class TracePusher(
    IngesterPool ingesters, DistributorSettings settings, TenantLimits limits, Tenancy tenancy, TempoMetrics metrics, TimeProvider time, ILogger<TracePusher> logger,
    GeneratorForwarder? generators = null)
{
    // A resource is repeated for each of its traces: a small request may become a huge one.
    private const int MaxBatchBytes = 256 * 1024 * 1024;
    private const int MaxIdleWalks = 16;
    private readonly ConcurrentDictionary<string, RateLimiter> _limiters = new();
    private readonly ConcurrentBag<ExportWalk> _walks = [];

    /// <exception cref="MalformedExportException">The bytes are no export request.</exception>
    /// <exception cref="PushFailureException">It is refused, or cannot be taken now.</exception>
    public async Task PushAsync(string? tenantHeader, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var walk = _walks.TryTake(out var idle) ? idle : new();
        try
        {
            await PushAsync(tenantHeader, message, walk, cancellationToken);
        }
        finally
        {
            walk.Reset();
            if (_walks.Count < MaxIdleWalks && walk.Spans.Capacity < 100_000)
            {
                _walks.Add(walk);
            }

            metrics.PushSeconds.Observe(Stopwatch.GetElapsedTime(started).TotalSeconds);
        }
    }

    private async Task PushAsync(string? tenantHeader, ReadOnlyMemory<byte> message, ExportWalk walk, CancellationToken cancellationToken)
    {
        // Whether it is a request at all comes before whose it is, and an empty one is nobody's.
        walk.Run(message.Span);
        if (walk.Spans.Count == 0)
        {
            return;
        }

        var tenant = Tenant(tenantHeader);
        var limit = limits.For(tenant);
        var spans = walk.Spans.Count;
        metrics.IngressBytes.Add(message.Length, tenant);
        var limiter = _limiters.GetOrAdd(tenant, _ => new(time));
        if (limiter.Refuse(message.Length, tenant, limit.RateBytes, limit.BurstBytes) is { } refusal)
        {
            metrics.DiscardedSpans.Add(spans, "rate_limited", tenant);
            throw new PushFailureException(StatusCode.ResourceExhausted, refusal, limit.RetryInfo ? settings.RetryAfter : TimeSpan.Zero);
        }

        metrics.SpansReceived.Add(spans, tenant);
        metrics.BytesReceived.Add(message.Length, tenant);
        if (walk.BadId is { } fault)
        {
            throw new PushFailureException(StatusCode.InvalidArgument, fault);
        }

        var maxAttributeBytes = limit.MaxAttributeBytes > 0 ? limit.MaxAttributeBytes : settings.MaxAttributeBytes;
        if (walk.IsOdd || walk.HasBadText || (maxAttributeBytes > 0 && walk.LongestAttribute > maxAttributeBytes))
        {
            (message, var truncated) = ExportRewrite.Run(message.Span, walk.HasBadText, maxAttributeBytes);
            walk.Run(message.Span);
            if (truncated > 0)
            {
                metrics.AttributesTruncated.Add(truncated, tenant);
            }
        }

        await HandOnAsync(tenant, message, walk, cancellationToken);
        if (generators is not null && limit.GeneratorProcessors.Count > 0)
        {
            generators.Send(Cut(tenant, message.Span, walk));
        }
    }

    private async Task HandOnAsync(string tenant, ReadOnlyMemory<byte> message, ExportWalk walk, CancellationToken cancellationToken)
    {
        var batches = new Dictionary<IIngester, TraceBatch>();
        try
        {
            var owners = await ingesters.OwnersAsync(cancellationToken);
            foreach (ref readonly var trace in CollectionsMarshal.AsSpan(walk.Traces))
            {
                foreach (var ingester in owners(trace.Id.High ^ trace.Id.Low))
                {
                    if (!batches.TryGetValue(ingester, out var batch))
                    {
                        batches.Add(ingester, batch = new(tenant));
                    }

                    if (batch.Length > MaxBatchBytes)
                    {
                        throw new PushFailureException(StatusCode.InvalidArgument, $"the request's traces with their resources take more than {MaxBatchBytes} bytes");
                    }

                    ExportCut.Append(message.Span, walk, trace, batch);
                }
            }

            await Task.WhenAll(batches.Select(pair => PushAsync(pair.Key, pair.Value, cancellationToken)));
        }
        catch (EmptyRingException exception)
        {
            throw new PushFailureException(StatusCode.Unavailable, exception.Message);
        }
        catch (RpcException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new PushFailureException(StatusCode.Unavailable, $"pushing to the ingester failed: {exception.Status.Detail}");
        }
        finally
        {
            foreach (var batch in batches.Values)
            {
                batch.Dispose();
            }
        }
    }

    private static TraceBatch Cut(string tenant, ReadOnlySpan<byte> message, ExportWalk walk)
    {
        var batch = new TraceBatch(tenant);
        foreach (ref readonly var trace in CollectionsMarshal.AsSpan(walk.Traces))
        {
            ExportCut.Append(message, walk, trace, batch);
        }

        return batch;
    }

    // Traces that an ingester refuses are dropped without a word to the sender, as by Tempo: the metric is the only trace of it.
    private async Task PushAsync(IIngester ingester, TraceBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            metrics.Appends.Increment(ingester.Name);
            // The ingester may take parts out of the batch.
            var spans = batch.Parts.ConvertAll(part => part.Spans);
            var refusals = await ingester.PushAsync(batch, cancellationToken);
            for (var i = 0; i < refusals.Count; i++)
            {
                if (refusals[i] != Refusal.None)
                {
                    metrics.DiscardedSpans.Add(spans[i], refusals[i] == Refusal.TraceTooLarge ? "trace_too_large" : "live_traces_exceeded", batch.Tenant);
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

    private string Tenant(string? header)
    {
        try
        {
            return tenancy.ForIngest(header) ?? throw new PushFailureException(StatusCode.Unavailable, "no org id");
        }
        catch (ArgumentException exception)
        {
            throw new PushFailureException(StatusCode.InvalidArgument, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "pushing to ingester {Ingester} failed: {Reason}")]
        public static partial void Failed(ILogger logger, string ingester, string reason);
    }
}
