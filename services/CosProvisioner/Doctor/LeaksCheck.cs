using TempoCos.CosProvisioner.Leaks;
using TempoCos.Doctor;

namespace TempoCos.CosProvisioner.Doctor;

/// <summary>What carries the mark of a run and stands in no ledger here: nobody's clean-up will come by.</summary>
internal sealed class LeaksCheck(LeakSearch search) : CloudCheck
{
    private const int Shown = 5;

    public override CheckDescription Description { get; } = new("TC511", "leaks", "Looking for what runs left behind");

    public override bool IsAdvisory => true;

    public override async Task<Finding> RunAsync(CloudExamination examination, CancellationToken cancellationToken)
    {
        var found = await search.RunAsync(examination.Asked.Prefix, cancellationToken);

        // Reclamations are a check of their own.
        var leaks = found.Leaks.Where(leak => leak.Kind != LeakKind.Reclamation).ToList();
        var finding = leaks.Count == 0
            ? Finding.Pass("nothing of a run is left behind")
            : Finding.Warn(
                $"{leaks.Count} things of runs are in no ledger here: {string.Join(", ", leaks.Take(Shown).Select(leak => $"{leak.Kind} {leak.Name}"))}{(leaks.Count > Shown ? ", …" : "")}",
                "`tempocos leaks` names them all and `tempocos sweep` removes them; they may also be another machine's runs.");
        return finding.With("not_seen", found.Unseen.Count > 0 ? string.Join("; ", found.Unseen) : null);
    }
}
