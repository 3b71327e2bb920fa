using Microsoft.Extensions.Options;
using TempoCos.QueryVerifier.Tempo;
using TempoCos.TempoBlocks;

namespace TempoCos.QueryVerifier.Ladder;

/// <summary>Sends traces of the verifier's own and waits until Tempo answers them, from wherever it has them.</summary>
internal sealed class Canaries(IOptions<VerifierOptions> options, TimeProvider time)
{
    /// <returns>The canary, or null with the reason when it was not to be found.</returns>
    public async Task<(TraceId16? Id, string Reason)> SendAsync(Climb climb, DateTimeOffset? end, CancellationToken ct)
    {
        if (climb.Order.Otlp is not { } otlp)
        {
            return (null, "there is no OTLP address to send a canary to");
        }

        var sender = new CanarySender(otlp, climb.Order.Tenant, climb.Order.RunId, options.Value.RequestTimeout, time);
        var deadline = new Deadline(options.Value.CanaryWithin, options.Value, time);
        TraceId16? sent = null;
        var (live, error) = await Asking.UntilAsync(
            deadline,
            async () =>
            {
                sent ??= await sender.SendAsync(end, ct);
                return await climb.Tempo.FindTraceAsync(sent.Value, blocksOnly: false, ct) is not null;
            },
            ct);
        return live ? (sent, "") : (null, $"{(sent is null ? "a canary was not taken" : $"the canary {sent} was not found by id")} within {Text.Seconds(deadline.Within)} s{Text.Cause(error)}");
    }
}
