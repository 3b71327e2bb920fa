namespace TempoCos.CosProvisioner.ResourceController;

/// <summary>Both halves are kept out of everything that is written anywhere but the Kubernetes Secret.</summary>
internal sealed record HmacKey(string AccessKeyId, string SecretAccessKey)
{
    public override string ToString() => "HMAC key";
}
