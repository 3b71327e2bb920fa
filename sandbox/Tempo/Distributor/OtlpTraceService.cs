using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using TempoCos.Otlp;
using TempoCos.Tempo.Http;

namespace TempoCos.Tempo.Distributor;

/// <summary>OTLP over gRPC.</summary>
public sealed class OtlpTraceService(TracePusher pusher, Tenancy tenancy) : TraceService.TraceServiceBase
{
    public override async Task<ExportTraceServiceResponse> Export(ExportTraceServiceRequest request, ServerCallContext context)
    {
        try
        {
            var tenant = tenancy.ForIngest(context.RequestHeaders.GetValue(Tenancy.Header))
                ?? throw new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, "no org id"));
            await pusher.PushAsync(tenant, request, context.CancellationToken);
            return new() { PartialSuccess = new() };
        }
        catch (ArgumentException exception)
        {
            throw new RpcException(new Grpc.Core.Status(StatusCode.InvalidArgument, exception.Message));
        }
        catch (PushFailureException failure) when (failure.RetryAfter > TimeSpan.Zero)
        {
            throw new Google.Rpc.Status
            {
                Code = (int)failure.Code,
                Message = failure.Message,
                Details = { Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(failure.RetryAfter) }) },
            }.ToRpcException();
        }
        catch (PushFailureException failure)
        {
            throw new RpcException(new Grpc.Core.Status(failure.Code, failure.Message));
        }
    }
}
