using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.ClientFactory;
using TempoCos.Contracts;

namespace TempoCos.Pipeline.Runs;

/// <summary>Waits until every service that a run needs serves: in a cluster nobody starts them in order.</summary>
internal sealed class ServiceReadiness(GrpcClientFactory clients, TimeProvider time)
{
    /// <summary>By the names under which service discovery knows them.</summary>
    public static readonly string[] Services = ["cos-provisioner", "tempostack-deployer", "trace-generator", "query-verifier"];

    private static readonly TimeSpan OneTry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <exception cref="DiagnosticException">One of them does not serve within the time.</exception>
    public Task WaitAsync(TimeSpan within, CancellationToken cancellationToken) =>
        Task.WhenAll(Services.Select(service => WaitAsync(service, within, cancellationToken)));

    private async Task WaitAsync(string service, TimeSpan within, CancellationToken cancellationToken)
    {
        var client = clients.CreateClient<Health.HealthClient>(service);
        for (var started = time.GetTimestamp(); ; await Task.Delay(Pause, time, cancellationToken))
        {
            string last;
            try
            {
                var health = await client.CheckAsync(new HealthCheckRequest(), deadline: (time.GetUtcNow() + OneTry).UtcDateTime, cancellationToken: cancellationToken);

                // A service that has nothing to check says that it does not know.
                if (health.Status != HealthCheckResponse.Types.ServingStatus.NotServing)
                {
                    return;
                }

                last = $"it says {health.Status}";
            }
            catch (RpcException exception) when (exception.StatusCode == StatusCode.Unimplemented)
            {
                // It answers, and has no health service to say more.
                return;
            }
            catch (RpcException exception) when (!cancellationToken.IsCancellationRequested)
            {
                last = exception.Status.Detail.TrimEnd('.');
            }

            if (time.GetElapsedTime(started) > within)
            {
                throw new DiagnosticException("TC902", service, $"The service does not serve after {within.TotalSeconds:0.#} s: {last}", "Look at its log, and at the address under services__NAME__grpc__0.");
            }
        }
    }
}
