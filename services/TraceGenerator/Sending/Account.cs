using TempoCos.Contracts;

namespace TempoCos.TraceGenerator.Sending;

/// <summary>Keeps the delivery account: every span that was sent is in exactly one class. Safe for concurrent senders.</summary>
internal sealed class Account(GeneratorTelemetry telemetry)
{
    private const int MaxErrors = 10;
    private readonly Lock _lock = new();
    private readonly DeliveryAccount _account = new();
    private readonly HashSet<string> _errors = [];

    public void Requested(bool again)
    {
        lock (_lock)
        {
            _account.Requests++;
            _account.Retries += again ? 1 : 0;
        }

        if (again)
        {
            telemetry.Retried();
        }
    }

    /// <summary>Closes a request.</summary>
    /// <param name="delivery">What became of it.</param>
    /// <param name="spans">That it held.</param>
    public void Close(Delivery delivery, long spans)
    {
        var rejected = Math.Clamp(delivery.Rejected, 0, spans);
        lock (_lock)
        {
            _account.SentSpans += spans;
            switch (delivery.Outcome)
            {
                case DeliveryOutcome.Taken:
                    _account.AcceptedSpans += spans - rejected;
                    _account.RejectedSpans += rejected;
                    break;
                case DeliveryOutcome.NotTaken:
                    _account.DroppedSpans += spans;
                    break;
                default:
                    _account.UnknownSpans += spans;
                    break;
            }

            if (delivery.Error.Length > 0 && _account.Errors.Count < MaxErrors && _errors.Add(delivery.Error))
            {
                _account.Errors.Add(delivery.Error);
            }
        }

        telemetry.Count(delivery.Outcome.ToString().ToLowerInvariant(), spans - rejected);
        telemetry.Count("rejected", rejected);
    }

    public DeliveryAccount Snapshot()
    {
        lock (_lock)
        {
            return _account.Clone();
        }
    }
}
