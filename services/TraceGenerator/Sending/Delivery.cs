namespace TempoCos.TraceGenerator.Sending;

/// <summary>How an attempt, or a request after its last attempt, ended.</summary>
/// <param name="Outcome">What is known about it.</param>
/// <param name="Retry">Whether the same request may succeed later; only for what was not taken.</param>
/// <param name="Rejected">Spans that the server left out of a request that it took.</param>
/// <param name="RetryAfter">As long as the server asked to wait; null when it did not.</param>
/// <param name="Error">For people; empty when there is nothing to say.</param>
internal sealed record Delivery(DeliveryOutcome Outcome, bool Retry, long Rejected, TimeSpan? RetryAfter, string Error);
