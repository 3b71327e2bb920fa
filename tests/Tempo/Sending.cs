using Grpc.Net.Client;
using TempoCos.Otlp;
using TempoCos.TempoBlocks;
using TempoCos.Traces;

namespace TempoCos.Tempo.Tests;

/// <summary>Traces of the deterministic profile, sent over OTLP/gRPC.</summary>
internal static class Sending
{
    public static IReadOnlyList<TracesData> Traces(int count, string run = "r0000000000") =>
        [.. Enumerable.Range(0, count).Select(index => TraceSource.Generate(TraceProfile.Shop, 7, DateTimeOffset.UtcNow.AddSeconds(-20), run, index))];

    public static async Task SendAsync(Uri address, IEnumerable<TracesData> traces)
    {
        using var channel = GrpcChannel.ForAddress(address);
        var client = new TraceService.TraceServiceClient(channel);
        foreach (var trace in traces)
        {
            await client.ExportAsync(new() { ResourceSpans = { trace.ResourceSpans } }, cancellationToken: TestContext.Current.CancellationToken);
        }
    }

    public static string Id(TracesData trace) => TraceId16.FromBytes(trace.ResourceSpans[0].ScopeSpans[0].Spans[0].TraceId.Span).ToString();

    public static async Task<TracesData> GetAsync(HttpClient http, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept", "application/protobuf");
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        return TracesData.Parser.ParseFrom(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }
}
