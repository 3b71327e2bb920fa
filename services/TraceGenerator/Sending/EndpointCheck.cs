using TempoCos.Contracts;

namespace TempoCos.TraceGenerator.Sending;

/// <summary>Makes sure that somebody at the endpoint speaks OTLP/gRPC before the first trace is made.</summary>
internal sealed class EndpointCheck(Uri endpoint, OtlpSender sender, SendingOptions options, TimeProvider time)
{
    /// <exception cref="DiagnosticException">TC414: nobody there; TC415: not OTLP/gRPC.</exception>
    public async Task RunAsync(CancellationToken ct)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var delivery = await sender.ProbeAsync(ct);
            switch (delivery)
            {
                case { Outcome: DeliveryOutcome.Taken }:
                    return;
                case { Outcome: DeliveryOutcome.NotTaken, Retry: true } when time.GetElapsedTime(started) < options.ConnectWithin:
                    await Task.Delay(options.FirstBackOff, time, ct);
                    continue;
                case { Outcome: DeliveryOutcome.NotTaken, Retry: true }:
                    throw new DiagnosticException(
                        "TC414", endpoint.ToString(), $"The OTLP endpoint took no request within {options.ConnectWithin.TotalSeconds:0.#} s ({delivery.Error})",
                        "Check host and port, and that the distributor is ready.");
                default:
                    throw new DiagnosticException(
                        "TC415", endpoint.ToString(), $"The OTLP endpoint does not answer an empty OTLP/gRPC export ({delivery.Error})",
                        "Give the distributor's gRPC receiver, port 4317 by default, not 4318 and not Tempo's HTTP port; where tenants are on, give the tenant.");
            }
        }
    }
}
