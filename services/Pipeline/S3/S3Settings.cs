namespace TempoCos.Pipeline.S3;

/// <summary>How a bucket is reached, as far as options and environment say; null leaves it to the client.</summary>
/// <param name="EndpointText">The endpoint as it was written.</param>
internal sealed record S3Settings(Uri? Endpoint, string? EndpointText, string? Region, string? AccessKey, string? SecretKey, string? SessionToken, bool? PathStyle)
{
    public static readonly S3Settings None = new(null, null, null, null, null, null, null);

    private const string CosDomain = "cloud-object-storage.appdomain.cloud";
    private const string AwsDomain = "amazonaws.com";
    private const string DefaultRegion = "us-east-1";

    /// <summary>What was said, what the machine is configured for, what the endpoint is named after, or AWS' first.</summary>
    public string SigningRegion => Region ?? (Endpoint is null ? Amazon.Runtime.FallbackRegionFactory.GetRegionEndpoint()?.SystemName : RegionOf(Endpoint)) ?? DefaultRegion;

    /// <summary>Every store knows the bucket in the path, AWS prefers it in the host name.</summary>
    public bool UsesPathStyle => PathStyle ?? (Endpoint is { } endpoint && !endpoint.Host.EndsWith(AwsDomain, StringComparison.OrdinalIgnoreCase));

    /// <summary>Without the secrets.</summary>
    public override string ToString() => $"{Endpoint?.GetLeftPart(UriPartial.Authority) ?? "AWS"} {Region}";

    // s3.us-east.cloud-object-storage.appdomain.cloud and s3.private.us-east.…: the label before the domain.
    private static string? RegionOf(Uri endpoint) =>
        endpoint.Host.EndsWith(CosDomain, StringComparison.OrdinalIgnoreCase) && endpoint.Host[..^CosDomain.Length].Trim('.').Split('.') is [_, .., var region] ? region
            : endpoint.Host.EndsWith(AwsDomain, StringComparison.OrdinalIgnoreCase) && endpoint.Host[..^AwsDomain.Length].Trim('.').Split('.') is [.., "s3", var aws] ? aws
            : null;
}
