namespace TempoCos.IbmCloud.ObjectStorage.Storage;

/// <summary>What of an object can be changed in place.</summary>
public sealed record ObjectAttributes
{
    public static readonly ObjectAttributes None = new();

    public Dictionary<string, string>? Tags { get; init; }

    /// <summary>Null: the owner's alone.</summary>
    public AccessControlList? Acl { get; init; }

    public ObjectRetention? Retention { get; init; }

    /// <summary>Kept until the hold is lifted.</summary>
    public bool LegalHold { get; init; }
}
