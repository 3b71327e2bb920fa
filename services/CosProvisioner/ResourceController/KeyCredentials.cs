namespace TempoCos.CosProvisioner.ResourceController;

/// <param name="CosHmacKeys">Absent unless asked for at creation; also absent when the credentials are redacted for this reader.</param>
internal sealed record KeyCredentials(HmacKey? CosHmacKeys)
{
    public override string ToString() => "credentials";
}
