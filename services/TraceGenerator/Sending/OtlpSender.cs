using System.Net.Http;
using Grpc.Core;
using Grpc.Net.Client;
using TempoCos.Otlp;
using TempoCos.TraceGenerator.Requests;

namespace TempoCos.TraceGenerator.Sending;

/// <summary>Sends requests to one OTLP/gRPC endpoint, each again only while it was surely not taken.</summary>
internal sealed class OtlpSender : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly TraceService.TraceServiceClient _client;
    private readonly Metadata _headers = [];
    private readonly SendingOptions _options;
    private readonly GeneratorTelemetry _telemetry;
    private readonly TimeProvider _time;
    private volatile bool _givingUp;

    public OtlpSender(GenerateOrder order, SendingOptions options, GeneratorTelemetry telemetry, TimeProvider time)
    {
        _options = options;
        _telemetry = telemetry;
        _time = time;
        _channel = GrpcChannel.ForAddress(order.Endpoint, new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { ConnectTimeout = options.ConnectWithin, EnableMultipleHttp2Connections = true },
            DisposeHttpClient = true,
        });
        _client = new TraceService.TraceServiceClient(_channel);
        if (order.Tenant.Length > 0)
        {
            _headers.Add("x-scope-orgid", order.Tenant);
        }
    }

    /// <summary>Sends an empty request, which shows that the endpoint speaks OTLP/gRPC and changes nothing.</summary>
    public async Task<Delivery> ProbeAsync(CancellationToken ct) => await AttemptAsync(new ExportTraceServiceRequest(), _options.ConnectWithin, ct);

    /// <summary>Sends the batch and enters it into the account.</summary>
    public async Task SendAsync(TraceBatch batch, Account account, CancellationToken ct)
    {
        var backOff = _options.FirstBackOff;
        for (var attempt = 1; ; attempt++)
        {
            account.Requested(again: attempt > 1);
            var delivery = await AttemptAsync(batch.Request, _options.RequestTimeout, ct);
            // After one request was given up the next ones get one chance each, so that a dead endpoint does not cost every request its full patience.
            var last = attempt == _options.MaxAttempts || _givingUp;
            if (!delivery.Retry || last)
            {
                _givingUp = delivery.Retry;
                account.Close(delivery, batch.Spans);
                return;
            }

            var wait = delivery.RetryAfter ?? backOff;
            await Task.Delay(wait < _options.MaxBackOff ? wait : _options.MaxBackOff, _time, ct);
            backOff *= 2;
        }
    }

    public void Dispose() => _channel.Dispose();

    private async Task<Delivery> AttemptAsync(ExportTraceServiceRequest request, TimeSpan timeout, CancellationToken ct)
    {
        var started = _time.GetTimestamp();
        try
        {
            var call = new CallOptions(_headers, DateTime.UtcNow + timeout, ct);
            return DeliveryRule.From(await _client.ExportAsync(request, call));
        }
        catch (RpcException exception)
        {
            ct.ThrowIfCancellationRequested();
            return DeliveryRule.From(exception);
        }
        finally
        {
            _telemetry.Exported(_time.GetElapsedTime(started));
        }
    }
}
