namespace TempoCos.QueryVerifier.Bucket;

/// <summary>Where the bucket is and the HMAC key that Tempo uses for it. Says nothing of the key as text.</summary>
/// <param name="Endpoint">Absolute URL.</param>
/// <param name="Bucket">Name.</param>
/// <param name="AccessKeyId">Of the HMAC key.</param>
/// <param name="AccessKeySecret">Of the HMAC key.</param>
internal sealed record BucketSecret(Uri Endpoint, string Bucket, string AccessKeyId, string AccessKeySecret)
{
    public override string ToString() => $"{Bucket} at {Endpoint}";
}
