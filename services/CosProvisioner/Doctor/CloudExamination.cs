using TempoCos.Contracts;
using TempoCos.CosProvisioner.Ledger;
using TempoCos.CosProvisioner.ObjectStorage;
using TempoCos.CosProvisioner.Steps;

namespace TempoCos.CosProvisioner.Doctor;

/// <summary>What the checks of one examination are about, and what they learn for those after them.</summary>
/// <param name="asked">Names and place of a run, made already or to be made; with a run id.</param>
/// <param name="items">What the run's ledger names; empty without a run.</param>
internal sealed class CloudExamination(ProvisionRequest asked, IReadOnlyList<LedgerItem> items)
{
    public ProvisionRequest Asked => asked;

    /// <summary>There is a run whose things can be looked at.</summary>
    public bool HasRun => items.Count > 0;

    public string AccountId { get; set; } = "";

    /// <summary>Known once the location was found to be good.</summary>
    public StorageLocation? Location { get; set; }

    /// <summary>Ids of the run's service instances.</summary>
    public IReadOnlySet<string> Instances => items.Where(item => item is { Kind: LedgerKind.ServiceInstance, Id: not null }).Select(item => item.Id!).ToHashSet(StringComparer.Ordinal);

    /// <summary>The group that goes when the run is destroyed; null when it is another's, or there is none.</summary>
    public LedgerItem? OwnGroup => items.FirstOrDefault(item => item is { Kind: LedgerKind.ResourceGroup, Id: not null } && !item.Place.ContainsKey(Place.Adopted));
}
