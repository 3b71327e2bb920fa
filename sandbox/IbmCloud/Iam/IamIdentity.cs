namespace TempoCos.IbmCloud.Iam;

/// <summary>Who a token speaks for: a user of the account, or the service id behind a resource key.</summary>
public sealed record IamIdentity(string AccountId, string IamId)
{
    public const string ServiceIdPrefix = "iam-ServiceId-";

    public bool IsServiceId => IamId.StartsWith(ServiceIdPrefix, StringComparison.Ordinal);
}
