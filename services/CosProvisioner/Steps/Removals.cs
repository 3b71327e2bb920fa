using TempoCos.Contracts;
using TempoCos.CosProvisioner.Ledger;

namespace TempoCos.CosProvisioner.Steps;

/// <summary>Removes things one by one; what cannot be removed is noted with its remedy, and the rest goes on.</summary>
internal sealed class Removals(Stage stage, RunLedger? ledger, CancellationToken cancellationToken)
{
    private readonly List<(LedgerItem Item, Leftover Leftover)> _leftovers = [];

    public List<string> Removed { get; } = [];

    public IEnumerable<Leftover> Leftovers => _leftovers.Select(left => left.Leftover);

    /// <param name="remove">False when there was nothing to remove.</param>
    public async Task RemoveAsync(LedgerItem item, Func<StepScope, Task<bool>> remove)
    {
        var what = $"{item.Kind} {item.Name}";
        try
        {
            await stage.StepAsync($"remove-{item.Kind}", $"Removing {what}", async step =>
            {
                if (await remove(step))
                {
                    Removed.Add(what);
                    if (step.Outcome is null)
                    {
                        step.Succeed($"Removed {what}");
                    }
                }
                else if (step.Outcome is null)
                {
                    step.Skip($"There is no {what} of this run");
                }
            });
            ledger?.Removed(item.Kind, item.Name);
        }
        catch (DiagnosticException diagnostic) when (!cancellationToken.IsCancellationRequested)
        {
            _leftovers.Add((item, new Leftover
            {
                Kind = item.Kind,
                Id = item.Id ?? item.Name,
                Reason = $"{diagnostic.Code}: {diagnostic.Reason} ({diagnostic.Value})",
                Remedy = diagnostic.Fix,
            }));
        }
    }

    /// <summary>What could not be removed from a service instance has gone with it.</summary>
    public void GoneWith(string instanceGuid)
    {
        foreach (var (item, _) in _leftovers.Where(left => BelongsTo(left.Item, instanceGuid)).ToList())
        {
            ledger?.Removed(item.Kind, item.Name);
            Removed.Add($"{item.Kind} {item.Name}");
        }

        _leftovers.RemoveAll(left => BelongsTo(left.Item, instanceGuid));
    }

    private static bool BelongsTo(LedgerItem item, string instanceGuid) => item.Place.GetValueOrDefault(Place.InstanceGuid) == instanceGuid;
}
