using TempoCos.Doctor;
using TempoCos.TempoStackDeployer.Diagnosis.Facts;

namespace TempoCos.TempoStackDeployer.Diagnosis.Checks;

/// <summary>Whether a flush by hand races the natural one: the same block is written twice at once, and the queue does not drain.</summary>
internal sealed class FlushQueueCheck : StackCheck
{
    private const string QueueLength = "tempo_ingester_flush_queue_length";

    /// <summary>What an ingester says when somebody asks <c>/flush</c> or <c>/shutdown</c> of it.</summary>
    private static readonly string[] ByHand = ["flushing instance", "shutdown handler called"];

    public override CheckDescription Description { get; } = new("TC402", "flush-queue", "Looking at the ingesters' flush queues");

    public override Finding Examine(StackFacts facts)
    {
        string[] ingester = ["ingester"];
        if (facts.Metric(QueueLength, ingester) is not { } waiting)
        {
            return Finding.Skip(facts.Unreachable(ingester));
        }

        var byHand = facts.Of(ingester).Sum(pod => pod.Log.Count(line => ByHand.Any(text => line.Contains(text, StringComparison.Ordinal))));
        return (waiting > 0 && byHand > 0
            ? Finding.Warn(
                $"{waiting:0} operations wait in the flush queue after {byHand} flushes by hand: a flush by hand that meets the natural one can write a block twice at once and leave the queue stuck",
                "Do not flush again before tempo_ingester_flush_queue_length is 0; if it stays above 0 for several minutes, restart the ingester, which replays its write-ahead log.")
            : Finding.Pass(waiting > 0 ? $"{waiting:0} operations wait in the flush queue, and nobody flushed by hand" : "the flush queue is empty"))
            .With("flush_queue_length", $"{waiting:0}").With("flushes_by_hand", $"{byHand}");
    }
}
