namespace TempoCos.Benchmarks.Results;

/// <summary>One metric of one benchmark on both sides.</summary>
internal sealed record Measurement(string Benchmark, string Metric, string Unit, Better Better, Spread? Ours, Spread? Peer)
{
    /// <summary>How many times better ours is, round by round, so that what slows both down at once cancels out. Null without a peer.</summary>
    public Spread? Ratio => Ours is null || Peer is null || Ours.Rounds.Count != Peer.Rounds.Count ? null
        : new(Ours.Rounds.Zip(Peer.Rounds, (ours, peer) => Better == Better.Higher ? Quotient(ours, peer) : Quotient(peer, ours)).ToList());

    private static double Quotient(double a, double b) => b == 0 ? 0 : a / b;
}
