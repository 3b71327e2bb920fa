namespace TempoCos.IbmCloud.ResourceController;

/// <summary>The HMAC pair of a resource key.</summary>
public sealed record HmacKeys(string AccessKeyId, string SecretAccessKey)
{
    // A record's ToString would print the secret.
    public override string ToString() => AccessKeyId;
}
