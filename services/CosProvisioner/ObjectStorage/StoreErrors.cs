using System.Net;
using Amazon.S3;

namespace TempoCos.CosProvisioner.ObjectStorage;

/// <summary>Kinds of errors that stores name differently.</summary>
internal static class StoreErrors
{
    /// <summary>IBM documents no code for a hard quota that is reached; these are the ones that stores use for it.</summary>
    public static bool IsQuota(AmazonS3Exception exception) =>
        exception.ErrorCode is "QuotaExceeded" or "QuotaExceededException" or "BucketQuotaExceeded" or "XMinioAdminBucketQuotaExceeded" or "InsufficientStorage"
        || (exception.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.InsufficientStorage
            && exception.Message.Contains("quota", StringComparison.OrdinalIgnoreCase));

    /// <summary>The store has no such operation.</summary>
    public static bool IsUnsupported(AmazonS3Exception exception) =>
        exception.StatusCode is HttpStatusCode.NotImplemented or HttpStatusCode.MethodNotAllowed
        || exception.ErrorCode is "NotImplemented" or "MethodNotAllowed" or "UnsupportedOperation";
}
