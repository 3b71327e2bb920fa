namespace TempoCos.Pipeline.Blocks;

/// <summary>How a bucket is reached, as far as options and environment say; null leaves it to the client.</summary>
internal sealed record S3Settings(Uri? Endpoint, string? Region, string? AccessKey, string? SecretKey, string? SessionToken, bool? PathStyle)
{
    /// <summary>Without the secrets.</summary>
    public override string ToString() => $"{Endpoint?.GetLeftPart(UriPartial.Authority) ?? "AWS"} {Region}";
}
