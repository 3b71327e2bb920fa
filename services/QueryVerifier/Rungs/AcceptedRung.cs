using TempoCos.QueryVerifier.Ladder;
using TempoCos.ServiceDefaults;

namespace TempoCos.QueryVerifier.Rungs;

/// <summary>Rung 0, from the sender's account of every span.</summary>
internal sealed class AcceptedRung() : Rung(0, "accepted", "Tempo took every span that was sent")
{
    public override Task JudgeAsync(Climb climb, RungReport report, StageStep step, CancellationToken ct)
    {
        if (climb.Order.Account is not { } account)
        {
            report.NotShown("there is no account of the delivery");
            return Task.CompletedTask;
        }

        report.Evidence["sent_spans"] = $"{account.SentSpans}";
        report.Evidence["accepted_spans"] = $"{account.AcceptedSpans}";
        report.Evidence["rejected_spans"] = $"{account.RejectedSpans}";
        report.Evidence["dropped_spans"] = $"{account.DroppedSpans}";
        report.Evidence["unknown_spans"] = $"{account.UnknownSpans}";
        report.Evidence["requests"] = $"{account.Requests}";
        report.Evidence["retries"] = $"{account.Retries}";
        if (account.SentSpans != climb.Order.Manifest.Spans)
        {
            report.Fail($"the manifest has {climb.Order.Manifest.Spans} spans, but {account.SentSpans} were sent");
        }

        if (account.AcceptedSpans != account.SentSpans)
        {
            report.Fail($"of {account.SentSpans} spans {account.RejectedSpans} were rejected, {account.DroppedSpans} dropped and {account.UnknownSpans} are unknown: {string.Join("; ", account.Errors)}");
        }

        return Task.CompletedTask;
    }
}
