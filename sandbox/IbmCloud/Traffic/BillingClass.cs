namespace TempoCos.IbmCloud.Traffic;

/// <summary>Which class of requests IBM bills a request as.</summary>
public static class BillingClass
{
    public const string A = "A";
    public const string B = "B";
    public const string Free = "free";
    public const string None = "none";

    /// <summary>
    /// Class A: PUT, COPY, POST (deletion of many included) and every list. Class B: other GET, HEAD, OPTIONS. DELETE and the configuration API are free; the control plane is not metered.
    /// The class follows from the request alone: what came of it stands beside it.
    /// </summary>
    public static string Of(string service, string method, string operation) => service switch
    {
        CloudService.BucketConfiguration => Free,
        CloudService.S3 => method switch
        {
            "PUT" or "POST" => A,
            "GET" when operation.StartsWith("List", StringComparison.Ordinal) => A,
            "GET" or "HEAD" or "OPTIONS" => B,
            "DELETE" => Free,
            _ => None,
        },
        _ => None,
    };
}
