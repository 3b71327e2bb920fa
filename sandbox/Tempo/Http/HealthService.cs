using Grpc.Core;
using TempoCos.Tempo.Wire.Health;

namespace TempoCos.Tempo.Http;

/// <summary>gRPC's health protocol: the process is asked as a whole.</summary>
public sealed class HealthService(Readiness readiness, TimeProvider time) : Health.HealthBase
{
    private static readonly TimeSpan WatchPeriod = TimeSpan.FromSeconds(1);

    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) => Task.FromResult(State());

    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        using var timer = new PeriodicTimer(WatchPeriod, time);
        HealthCheckResponse? last = null;
        do
        {
            var state = State();
            if (!state.Equals(last))
            {
                await responseStream.WriteAsync(last = state, context.CancellationToken);
            }
        }
        while (await timer.WaitForNextTickAsync(context.CancellationToken));
    }

    private HealthCheckResponse State() => new()
    {
        Status = readiness.Reason() is null ? HealthCheckResponse.Types.ServingStatus.Serving : HealthCheckResponse.Types.ServingStatus.NotServing,
    };
}
