using System.Collections.Concurrent;
using TempoCos.Contracts;

namespace TempoCos.StorageCost.Metering;

/// <summary>Counts requests to an object store and the bytes of their bodies, by operation. Filled by <see cref="MeteringHandler"/>; safe for any number of threads.</summary>
public sealed class RequestMeter
{
    private readonly ConcurrentDictionary<S3Operation, OperationTally> _tallies = new();

    /// <summary>What was counted so far, by operation, in the order of their names.</summary>
    public IReadOnlyList<OperationUsage> Operations =>
        [.. _tallies.Values.Select(tally => tally.Usage).Where(usage => usage.Requests > 0).OrderBy(usage => usage.Operation.Name, StringComparer.Ordinal)];

    /// <summary>What was counted so far, as the contracts carry it.</summary>
    public StorageUsage ToUsage()
    {
        var usage = new StorageUsage();
        foreach (var operation in Operations)
        {
            usage.Operations[operation.Operation.Name] = operation.Requests;
            usage.BytesSent += operation.BytesSent;
            usage.BytesReceived += operation.BytesReceived;
            switch (operation.Operation.Class)
            {
                case RequestClass.A:
                    usage.ClassA += operation.Requests;
                    break;
                case RequestClass.B:
                    usage.ClassB += operation.Requests;
                    break;
                default:
                    usage.Free += operation.Requests;
                    break;
            }
        }

        return usage;
    }

    internal OperationTally Of(S3Operation operation) => _tallies.GetOrAdd(operation, static key => new OperationTally(key));
}
