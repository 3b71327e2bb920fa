using Amazon.S3;
using TempoCos.TempoBlocks;

namespace TempoCos.QueryVerifier.Bucket;

/// <summary>An open bucket.</summary>
internal sealed record BucketConnection(BucketSecret Secret, AmazonS3Client Client, IBlockStore Store) : IDisposable
{
    public void Dispose() => Client.Dispose();
}
