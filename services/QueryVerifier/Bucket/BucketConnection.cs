using Amazon.S3;
using TempoCos.Contracts;
using TempoCos.TempoBlocks;

namespace TempoCos.QueryVerifier.Bucket;

/// <summary>An open bucket.</summary>
internal sealed record BucketConnection(BucketSecret Secret, AmazonS3Client Client, IBlockStore Store, MeteredHttpClientFactory Http) : IDisposable
{
    /// <summary>What was asked of it so far.</summary>
    public StorageUsage Usage => Http.Meter.ToUsage();

    public void Dispose()
    {
        Client.Dispose();
        Http.Dispose();
    }
}
