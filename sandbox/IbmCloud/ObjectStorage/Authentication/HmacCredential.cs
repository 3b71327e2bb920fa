namespace TempoCos.IbmCloud.ObjectStorage.Authentication;

/// <summary>What an access key id stands for.</summary>
public sealed record HmacCredential(string Secret, S3Principal Principal)
{
    // A record's ToString would print the secret.
    public override string ToString() => Principal.ToString();
}
