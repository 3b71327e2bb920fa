namespace TempoCos.IbmCloud.ObjectStorage.Authentication;

/// <summary>Who sends an S3 request.</summary>
/// <param name="AccountId">The account; empty for nobody in particular.</param>
/// <param name="InstanceGuid">The only service instance that the credential reaches; null for a user, who reaches all of the account's.</param>
/// <param name="Role">What it may do there.</param>
public sealed record S3Principal(string AccountId, string? InstanceGuid, KeyRole Role)
{
    /// <summary>Somebody without a credential: reaches what is public.</summary>
    public static readonly S3Principal Anonymous = new("", "", KeyRole.None);

    public bool IsAnonymous => ReferenceEquals(this, Anonymous);
}
