namespace TempoCos.CosProvisioner.Iam;

/// <summary>A secret, and where it was found, which is all that it says of itself.</summary>
internal sealed class ApiKey(string secret, string origin)
{
    public string Secret { get; } = secret;

    public string Origin { get; } = origin;

    public override string ToString() => Origin;
}
