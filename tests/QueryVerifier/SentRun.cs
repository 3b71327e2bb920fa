using Google.Protobuf.WellKnownTypes;
using Grpc.Net.Client;
using TempoCos.Contracts;
using TempoCos.Otlp;
using TempoCos.Traces;

namespace TempoCos.QueryVerifier.Tests;

/// <summary>What was sent to a Tempo, and the manifest that claims it.</summary>
internal sealed record SentRun(TraceManifest Manifest, DeliveryAccount Account)
{
    public const ulong Seed = 7;

    /// <summary>Sends the run's traces, each as <paramref name="alter"/> leaves it; null withholds it.</summary>
    public static async Task<SentRun> SendAsync(
        TempoProcess tempo, string runId, CancellationToken ct, int count = 10, DateTimeOffset? @base = null, Func<int, TracesData, TracesData?>? alter = null)
    {
        var origin = @base ?? DateTimeOffset.UtcNow - TraceProfile.Shop.Window(count);
        using var channel = GrpcChannel.ForAddress(tempo.Endpoints.OtlpGrpc);
        var client = new TraceService.TraceServiceClient(channel);
        using var hash = new TraceHash();
        var spans = 0L;
        for (var index = 0; index < count; index++)
        {
            var trace = TraceSource.Generate(TraceProfile.Shop, Seed, origin, runId, index);
            hash.Add(trace);
            spans += trace.ResourceSpans.SelectMany(resource => resource.ScopeSpans).Sum(scope => scope.Spans.Count);
            if ((alter is null ? trace : alter(index, trace.Clone())) is not { } sent)
            {
                continue;
            }

            var request = new ExportTraceServiceRequest();
            request.ResourceSpans.AddRange(sent.ResourceSpans);
            await client.ExportAsync(request, cancellationToken: ct);
        }

        var manifest = new TraceManifest
        {
            Seed = Seed,
            Profile = TraceProfile.Shop.Name,
            Count = count,
            Spans = spans,
            Start = Timestamp.FromDateTimeOffset(origin),
            End = Timestamp.FromDateTimeOffset(origin + TraceProfile.Shop.Window(count)),
            Base = Timestamp.FromDateTimeOffset(origin),
            ContentHash = hash.ToString(),
            RunId = runId,
        };
        return new SentRun(manifest, new DeliveryAccount { SentSpans = spans, AcceptedSpans = spans, Requests = count });
    }

    public VerifyRequest Request(TempoProcess tempo, string secret, Baseline baseline) => new()
    {
        RunId = Manifest.RunId,
        Endpoints = tempo.Endpoints,
        Bucket = new BucketReference { Namespace = World.Namespace, SecretName = secret },
        Manifest = Manifest,
        Account = Account,
        Baseline = baseline,
        QueryableWithin = Duration.FromTimeSpan(TimeSpan.FromSeconds(60)),
        WrittenWithin = Duration.FromTimeSpan(TimeSpan.FromSeconds(60)),
        ListedWithin = Duration.FromTimeSpan(TimeSpan.FromSeconds(60)),
        LivesOnWithin = Duration.FromTimeSpan(TimeSpan.FromSeconds(60)),
    };
}
