using System.Globalization;
using TempoCos.CosProvisioner.Ledger;
using TempoCos.CosProvisioner.Steps;

namespace TempoCos.CosProvisioner.Rotation;

/// <summary>
/// The resource keys that a run's ledger names, by age. The first has the name that the run was given; the ones that take its place have that name with
/// a number.
/// </summary>
internal static class KeyGenerations
{
    /// <summary>Oldest first.</summary>
    public static IReadOnlyList<LedgerItem> Of(RunLedger ledger) => [.. ledger.OfKind(LedgerKind.ResourceKey).OrderBy(GenerationOf)];

    /// <summary>The name of the key that a run uses: the first one's, unless a later one has been begun.</summary>
    public static string CurrentName(RunLedger ledger, string first) =>
        Of(ledger) is [.., var newest] && GenerationOf(newest) > 1 && FirstNameOf(newest) == first ? newest.Name : first;

    /// <summary>Name and place of the one that follows.</summary>
    public static LedgerEntryDraft After(LedgerItem newest)
    {
        var generation = (GenerationOf(newest) + 1).ToString(CultureInfo.InvariantCulture);
        return new LedgerEntryDraft(
            LedgerKind.ResourceKey, $"{FirstNameOf(newest)}-{generation}", new Dictionary<string, string>(newest.Place) { [Place.Generation] = generation });
    }

    private static int GenerationOf(LedgerItem key) =>
        key.Place.TryGetValue(Place.Generation, out var text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var generation) ? generation : 1;

    private static string FirstNameOf(LedgerItem key) =>
        GenerationOf(key) > 1 && key.Name.LastIndexOf('-') is > 0 and var dash ? key.Name[..dash] : key.Name;
}
