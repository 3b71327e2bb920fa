using System.Net;
using TempoCos.Contracts;
using TempoCos.Tempo.Tests;

namespace TempoCos.TempoStackDeployer.Tests.Reach;

/// <summary>What a run does with the addresses that it is given.</summary>
internal static class StackTraffic
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task WriteAndReadAsync(Deployed deployed)
    {
        var way = new TempoCos.TempoStackDeployer.Reach.Way { Endpoint = "otlp-grpc", By = "", Target = "", Address = new(deployed.Endpoints.OtlpGrpc) };
        var sent = GatewayWayTests.Sending();

        // A ring converges by gossip: a ready distributor may for a moment know of no ingester.
        await Eventually.TrueAsync("the distributor takes traces", async () =>
        {
            try
            {
                await GatewayWayTests.ExportAsync(way, sent);
                return true;
            }
            catch (Grpc.Core.RpcException exception) when (exception.StatusCode == Grpc.Core.StatusCode.Unavailable)
            {
                return false;
            }
        });
        using var http = new HttpClient();
        using var found = await http.GetAsync(new Uri($"{deployed.Endpoints.QueryFrontend}/api/traces/{GatewayWayTests.Id(sent)}"), Stop);
        found.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var absent = await http.GetAsync(new Uri($"{deployed.Endpoints.QueryFrontend}/api/traces/{Guid.NewGuid():n}"), Stop);
        absent.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var flushed = await http.GetAsync(new Uri($"{deployed.Endpoints.Ingester}/flush"), Stop);
        flushed.IsSuccessStatusCode.ShouldBeTrue();
        using var jaeger = await http.GetAsync(new Uri($"{deployed.Endpoints.Jaeger}/api/services"), Stop);
        jaeger.StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
