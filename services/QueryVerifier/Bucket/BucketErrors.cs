using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using TempoCos.Contracts;

namespace TempoCos.QueryVerifier.Bucket;

/// <summary>Says what an object store's refusal means.</summary>
internal static class BucketErrors
{
    /// <summary>Runs a piece of work on the bucket; what the store refuses comes as a diagnostic.</summary>
    public static async Task<T> ExplainAsync<T>(BucketSecret bucket, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (AmazonS3Exception exception)
        {
            throw From(bucket, exception);
        }
        catch (Exception exception) when (exception is AmazonClientException or HttpRequestException)
        {
            throw new DiagnosticException(
                "TC214", bucket.Endpoint.ToString(), $"The object store does not answer: {Innermost(exception)}", "Check the endpoint in the storage Secret and that it is reachable from here.", exception);
        }
    }

    private static DiagnosticException From(BucketSecret bucket, AmazonS3Exception exception) => exception switch
    {
        { ErrorCode: "InvalidAccessKeyId" or "SignatureDoesNotMatch" } => new DiagnosticException(
            "TC213", bucket.ToString(), $"The object store refuses the HMAC key of the storage Secret ({exception.ErrorCode})", "Make a new key with HMAC and put it into the Secret; a new key may take seconds to be known.", exception),
        { ErrorCode: "NoSuchBucket" } => new DiagnosticException(
            "TC223", bucket.ToString(), "There is no such bucket at this endpoint", "A bucket is only found at its own location's endpoint: compare both.", exception),
        { StatusCode: HttpStatusCode.Forbidden } => new DiagnosticException(
            "TC215", bucket.ToString(), $"The HMAC key of the storage Secret may not read the bucket ({exception.ErrorCode})", "Give its service id the role Writer on the bucket or the instance.", exception),
        _ => new DiagnosticException(
            "TC219", bucket.ToString(), $"The object store answered {(int)exception.StatusCode} {exception.ErrorCode}: {exception.Message.TrimEnd('.')}", "Look at the object store's status.", exception),
    };

    private static string Innermost(Exception exception)
    {
        while (exception.InnerException is { } inner)
        {
            exception = inner;
        }

        return exception.Message.TrimEnd('.');
    }
}
