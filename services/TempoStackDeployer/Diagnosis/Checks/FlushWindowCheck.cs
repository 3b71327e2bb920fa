using TempoCos.Doctor;
using TempoCos.TempoStackDeployer.Diagnosis.Facts;

namespace TempoCos.TempoStackDeployer.Diagnosis.Checks;

/// <summary>Whether a trace is found all the time: an ingester has to keep what it has flushed until every querier has polled the bucket.</summary>
internal sealed class FlushWindowCheck : StackCheck
{
    private const string Keeps = "ingester.complete_block_timeout";
    private const string Poll = "storage.trace.blocklist_poll";
    private const double Enough = 3;

    public override CheckDescription Description { get; } = new("TC403", "flush-window", "Comparing how long ingesters keep flushed blocks with how often queriers look for them");

    public override Finding Examine(StackFacts facts)
    {
        if (facts.Configuration("ingester", "querier") is not { } configuration || configuration.Duration(Keeps) is not { } keeps || configuration.Duration(Poll) is not { Ticks: > 0 } poll)
        {
            return Finding.Skip(facts.Unreachable("ingester", "querier"));
        }

        var ratio = keeps / poll;
        var fix = $"Set {Keeps} to three times {Poll} or more: {GoTime.Text(3 * poll)} (spec.extraConfig.tempo).";
        return (ratio < 1
            ? Finding.Fail($"{Keeps} ({GoTime.Text(keeps)}) is shorter than {Poll} ({GoTime.Text(poll)}): a trace is not found from when its ingester forgets it until the next poll", fix)
            : ratio < Enough ? Finding.Warn($"{Keeps} ({GoTime.Text(keeps)}) is {ratio:0.#} times {Poll} ({GoTime.Text(poll)}): one poll that fails or is slow makes traces unfindable for a while", fix)
            : Finding.Pass($"ingesters keep flushed blocks for {GoTime.Text(keeps)}, {ratio:0.#} times the poll of {GoTime.Text(poll)}"))
            .With("complete_block_timeout", GoTime.Text(keeps)).With("blocklist_poll", GoTime.Text(poll));
    }
}
