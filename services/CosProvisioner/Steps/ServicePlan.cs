using System.Text.RegularExpressions;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.ObjectStorage;

namespace TempoCos.CosProvisioner.Steps;

/// <summary>The plan of a service instance.</summary>
/// <param name="Name">standard, one-rate, lite, or the id again.</param>
/// <param name="Id">In the global catalog.</param>
internal sealed partial record ServicePlan(string Name, string Id)
{
    private const string Standard = "standard";
    private const string OneRate = "one-rate";

    private static readonly ServicePlan[] Known =
    [
        new(Standard, "744bfc56-d12c-4866-88d5-dac9139e0e5d"),
        new(OneRate, "1e4e33e4-cfa6-4f12-9016-be594a6d5f87"),
        new("lite", "2fdf0c08-2d32-4f46-84b5-32e0c92fffd8"),
    ];

    /// <summary>Which instance an adopted bucket or a new one of this class must stand in.</summary>
    public static ServicePlan OfClass(string storageClass) => Named(storageClass == StorageClasses.OneRate ? OneRate : Standard);

    public static ServicePlan From(string asked, string storageClass)
    {
        if (asked.Length == 0)
        {
            return OfClass(storageClass);
        }

        var plan = Known.FirstOrDefault(known => known.Name == asked || known.Id == asked) ?? (CatalogId().IsMatch(asked) ? new ServicePlan(asked, asked) : null)
            ?? throw new DiagnosticException(
                DiagnosticCode.PlanUnavailable, asked, "Cloud Object Storage has no such plan", $"Choose one of {string.Join(", ", Known.Select(known => known.Name))}, or give a plan's id.");
        plan.RequireClass(storageClass);
        return plan;
    }

    /// <summary>One-rate buckets are the only ones in a one-rate instance, and are in no other.</summary>
    public void RequireClass(string storageClass)
    {
        if ((this == Named(OneRate)) != (storageClass == StorageClasses.OneRate) && Known.Contains(this))
        {
            throw new DiagnosticException(
                DiagnosticCode.LocationContradicts,
                $"plan {Name}, storage class {storageClass}",
                $"an instance of the plan {Name} has no {storageClass} buckets",
                $"Leave the plan out, which makes it {OfClass(storageClass).Name}, or choose another storage class.");
        }
    }

    public static ServicePlan OfId(string id) => Known.FirstOrDefault(known => known.Id == id) ?? new ServicePlan(id, id);

    private static ServicePlan Named(string name) => Known.First(known => known.Name == name);

    [GeneratedRegex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    private static partial Regex CatalogId();
}
