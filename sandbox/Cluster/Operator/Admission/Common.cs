using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Operator.Storage;

namespace TempoCos.Cluster.Operator.Admission;

/// <summary>What both webhooks check.</summary>
internal static class Common
{
    private const int LongestLabel = 63;

    public static void Name(Faults faults, string name)
    {
        if (name.Length > LongestLabel)
        {
            faults.Invalid("metadata.name", name, $"must be no more than {LongestLabel} characters");
        }
    }

    public static void ServiceAccount(Faults faults, ObjectStore store, string ns, string account)
    {
        if (store.Find(new ObjectKey(BuiltInResources.ServiceAccounts, ns, account)) is null)
        {
            faults.Invalid("spec.serviceAccount", account, $"ServiceAccount \"{account}\" not found");
        }
    }

    /// <summary>What is not there yet may come, and is only warned of.</summary>
    public static void Storage(Faults faults, StorageReader reader)
    {
        reader.Read(out var found);
        if (found is [{ MayCome: true } one])
        {
            faults.Warn(one.Detail);
            return;
        }

        foreach (var fault in found)
        {
            faults.Invalid(fault.Field, fault.Value, fault.Detail);
        }
    }

    public static void Conflict(Faults faults, ObjectStore store, ObjectKey other, string kind, string otherKind)
    {
        if (store.Find(other) is not null)
        {
            faults.Invalid("metadata.name", other.Name, $"Cannot create a {kind} with the same name as a {otherKind} instance in the same namespace");
        }
    }
}
