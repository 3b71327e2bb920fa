namespace TempoCos.CosProvisioner.Ledger;

internal static class LedgerKind
{
    public const string Namespace = "namespace";
    public const string ResourceGroup = "resource-group";
    public const string ServiceInstance = "resource-instance";
    public const string Bucket = "bucket";
    public const string ResourceKey = "resource-key";
    public const string Secret = "secret";
}
