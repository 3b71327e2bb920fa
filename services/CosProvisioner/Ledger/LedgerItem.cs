namespace TempoCos.CosProvisioner.Ledger;

/// <summary>What the ledger's lines add up to for one thing.</summary>
/// <param name="Id">Null while only the intent is known.</param>
/// <param name="IntendedAt">When it was first about to be made.</param>
internal sealed record LedgerItem(
    string Kind, string Name, string? Id, LedgerState State, DateTimeOffset IntendedAt, IReadOnlyDictionary<string, string> Place)
{
    // Clocks of this machine and of the cloud may differ.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    private static readonly Dictionary<string, string> Nowhere = [];

    public static LedgerItem From(LedgerRecord record) =>
        new(record.Kind, record.Name, record.Id, record.State, record.Time, record.Place ?? Nowhere);

    public LedgerItem With(LedgerRecord later) => State == LedgerState.Removed
        ? From(later)
        : this with { Id = later.Id ?? Id, State = later.State, Place = later.Place ?? Place };

    /// <summary>Whether something that is found under this name may be what was intended: nothing was there before the intent.</summary>
    public bool MayHaveMade(DateTimeOffset? createdAt) =>
        !Place.ContainsKey(Steps.Place.Adopted) && (createdAt is not { } time || time >= IntendedAt - ClockSkew);
}
