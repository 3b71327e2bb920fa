namespace TempoCos.Pipeline.Receipts;

/// <summary>
/// What a month of 30 days of such a TempoStack would cost with the run's blocks in it and nobody sending or asking: polling, mostly.
/// </summary>
/// <param name="PollSeconds">Tempo's blocklist_poll that was projected.</param>
/// <param name="ClassA">Requests.</param>
/// <param name="ClassB">Requests.</param>
/// <param name="Amount">In the currency of the prices.</param>
internal sealed record ReceiptMonth(double PollSeconds, double ClassA, double ClassB, decimal Amount);
