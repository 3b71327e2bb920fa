namespace TempoCos.CosProvisioner.Rotation;

/// <summary>Section <c>Rotation</c>.</summary>
internal sealed class RotationOptions
{
    public const string Section = "Rotation";

    /// <summary>IBM names no bound for how long gateways go on to accept a deleted HMAC key.</summary>
    public TimeSpan RefusedWithin { get; set; } = TimeSpan.FromMinutes(5);
}
