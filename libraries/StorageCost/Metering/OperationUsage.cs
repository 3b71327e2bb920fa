namespace TempoCos.StorageCost.Metering;

/// <summary>What was asked of a store by one operation.</summary>
/// <param name="Operation">Its name and class.</param>
/// <param name="Requests">Every attempt that left this process.</param>
/// <param name="BytesSent">Of request bodies, without the framing of signed chunks.</param>
/// <param name="BytesReceived">Of answer bodies.</param>
public sealed record OperationUsage(S3Operation Operation, long Requests, long BytesSent, long BytesReceived);
