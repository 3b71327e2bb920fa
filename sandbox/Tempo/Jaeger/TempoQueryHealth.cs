using Grpc.Core;
using TempoCos.Tempo.Wire.Health;

namespace TempoCos.Tempo.Jaeger;

/// <summary>A tempo-query that listens serves.</summary>
public sealed class TempoQueryHealth : Health.HealthBase
{
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) =>
        Task.FromResult(new HealthCheckResponse { Status = HealthCheckResponse.Types.ServingStatus.Serving });
}
