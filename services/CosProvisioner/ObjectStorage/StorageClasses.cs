using TempoCos.Contracts;

namespace TempoCos.CosProvisioner.ObjectStorage;

/// <summary>Storage classes of buckets, and the plan that each belongs to.</summary>
internal static class StorageClasses
{
    public const string OneRate = "onerate_active";

    private static readonly string[] Offered = ["standard", "smart", "vault", "cold", OneRate];

    private static readonly Dictionary<string, string> Retired = new(StringComparer.Ordinal) { ["flex"] = "smart" };

    public static void Check(string storageClass)
    {
        if (Retired.TryGetValue(storageClass, out var successor))
        {
            throw new DiagnosticException(
                DiagnosticCode.StorageClassUnknown, storageClass, "IBM has retired this storage class: no bucket of it can be made any more", $"Choose {successor}, which took its place.");
        }

        if (!Offered.Contains(storageClass, StringComparer.Ordinal))
        {
            throw new DiagnosticException(
                DiagnosticCode.StorageClassUnknown, storageClass, "Cloud Object Storage has no such storage class", $"Choose one of {string.Join(", ", Offered)}.");
        }
    }
}
