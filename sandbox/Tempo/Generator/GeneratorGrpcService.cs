using Grpc.Core;
using TempoCos.Otlp;
using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.Generator;

/// <summary>The metrics-generator for distributors.</summary>
public sealed class GeneratorGrpcService(MetricsGenerator generator) : Wire.MetricsGenerator.MetricsGeneratorBase
{
    public override Task<PushSpansResponse> PushSpans(PushRequest request, ServerCallContext context)
    {
        generator.Push(request.Tenant, [.. request.Traces.SelectMany(trace => TracesData.Parser.ParseFrom(trace.Trace).ResourceSpans)]);
        return Task.FromResult(new PushSpansResponse());
    }
}
