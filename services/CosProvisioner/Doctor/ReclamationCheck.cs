using TempoCos.CosProvisioner.ResourceController;
using TempoCos.Doctor;

namespace TempoCos.CosProvisioner.Doctor;

/// <summary>Deleted service instances of runs that wait for seven days: their data is kept, their buckets' names are taken, their groups stay.</summary>
internal sealed class ReclamationCheck(ResourceControllerClient controller) : CloudCheck
{
    private const int Most = 50;
    private const int Shown = 5;

    public override CheckDescription Description { get; } = new(DiagnosticCode.ReclamationPending, "reclamations", "Looking for deleted instances of runs that are not reclaimed");

    public override bool IsAdvisory => true;

    public override async Task<Finding> RunAsync(CloudExamination examination, CancellationToken cancellationToken)
    {
        var prefix = examination.Asked.Prefix is { Length: > 0 } given ? given : "tempocos";
        var pending = (await controller.ListReclamationsAsync(examination.AccountId, cancellationToken)).Where(reclamation => reclamation.IsScheduled).ToList();
        var ours = new List<string>();
        foreach (var reclamation in pending.Take(Most))
        {
            var instance = reclamation.ResourceInstanceId is { } id ? await controller.FindInstanceAsync(id, cancellationToken) : null;
            if (instance?.Name?.StartsWith($"{prefix}-r", StringComparison.Ordinal) == true && !examination.Instances.Contains(instance.Guid))
            {
                ours.Add(instance.Name);
            }
        }

        var finding = ours.Count == 0
            ? Finding.Pass("no deleted service instance of a run waits to be reclaimed")
            : Finding.Warn(
                $"{ours.Count} deleted service instances of runs are not reclaimed: {string.Join(", ", ours.Take(Shown))}{(ours.Count > Shown ? ", …" : "")}",
                "`tempocos destroy RUN`; without its ledger `ibmcloud resource reclamations` and `ibmcloud resource reclamation-delete ID`.");
        return finding.With("pending_in_account", $"{pending.Count}");
    }
}
