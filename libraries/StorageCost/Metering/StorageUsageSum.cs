using TempoCos.Contracts;

namespace TempoCos.StorageCost.Metering;

/// <summary>Adds up what was asked of a store.</summary>
public static class StorageUsageSum
{
    /// <summary>Both together.</summary>
    public static StorageUsage Plus(this StorageUsage one, StorageUsage other)
    {
        var sum = new StorageUsage
        {
            ClassA = one.ClassA + other.ClassA,
            ClassB = one.ClassB + other.ClassB,
            Free = one.Free + other.Free,
            BytesSent = one.BytesSent + other.BytesSent,
            BytesReceived = one.BytesReceived + other.BytesReceived,
            Operations = { one.Operations },
        };
        foreach (var (name, requests) in other.Operations)
        {
            sum.Operations[name] = requests + (sum.Operations.TryGetValue(name, out var known) ? known : 0);
        }

        return sum;
    }
}
