namespace TempoCos.IbmCloud.ObjectStorage.Storage;

/// <summary>A version may not be deleted before a date; in governance mode somebody with the right may.</summary>
public sealed record ObjectRetention(string Mode, DateTimeOffset Until)
{
    public const string Governance = "GOVERNANCE";
    public const string Compliance = "COMPLIANCE";
}
