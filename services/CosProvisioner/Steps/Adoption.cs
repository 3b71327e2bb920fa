using TempoCos.Contracts;
using TempoCos.CosProvisioner.Ledger;

namespace TempoCos.CosProvisioner.Steps;

/// <summary>Which kinds of things may be there already without this run's mark. They are used, and never deleted.</summary>
internal sealed record Adoption(bool ResourceGroup, bool ServiceInstance, bool Bucket)
{
    private const string GroupName = "resource-group";
    private const string InstanceName = "service-instance";
    private const string BucketName = "bucket";

    /// <param name="kind">Of the ledger.</param>
    public bool Includes(string kind) => kind switch
    {
        LedgerKind.ResourceGroup => ResourceGroup,
        LedgerKind.ServiceInstance => ServiceInstance,
        LedgerKind.Bucket => Bucket,
        _ => false,
    };

    public static Adoption From(IReadOnlyCollection<string> kinds)
    {
        string[] known = [GroupName, InstanceName, BucketName];
        return kinds.FirstOrDefault(kind => !known.Contains(kind, StringComparer.Ordinal)) is { } unknown
            ? throw new DiagnosticException(
                DiagnosticCode.OptionInvalid, $"adopt {unknown}", "there is nothing of this kind to adopt", $"Name {string.Join(", ", known)}, or several of them with commas.")
            : new Adoption(kinds.Contains(GroupName), kinds.Contains(InstanceName), kinds.Contains(BucketName));
    }
}
