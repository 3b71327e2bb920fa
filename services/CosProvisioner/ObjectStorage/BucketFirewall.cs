namespace TempoCos.CosProvisioner.ObjectStorage;

/// <param name="AllowedIp">Who may reach the bucket; empty for everybody.</param>
internal sealed record BucketFirewall(IReadOnlyList<string> AllowedIp);
