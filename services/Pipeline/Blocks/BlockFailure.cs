using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using TempoCos.Contracts;
using TempoCos.Pipeline.Commands;
using TempoCos.Pipeline.S3;
using TempoCos.TempoBlocks;

namespace TempoCos.Pipeline.Blocks;

/// <summary>What a failure to read blocks means, and the exit code that it ends the command with.</summary>
internal static class BlockFailure
{
    /// <summary>The diagnostic.</summary>
    public static DiagnosticException Translate(Exception exception, BlockLocation location, S3Settings settings) => exception switch
    {
        DiagnosticException diagnostic => diagnostic,
        BlockFormatException e => new("TC248", e.Block, e.Reason, "'tempocos blocks verify' says what else is wrong; restore the objects, or delete the block.", e),
        ObjectNotFoundException e => new("TC248", e.Key, "an object of the block is missing", "Look again: the block may just have been compacted or deleted; else restore the object.", e),
        AmazonS3Exception e => FromS3(e, location, settings),
        EndOfStreamException e => new("TC248", location.ToString(), e.Message.TrimEnd('.'), "The object changed while it was read, or it is truncated: look again, then 'tempocos blocks verify'.", e),
        _ when Innermost<AmazonS3Exception>(exception) is { } e => FromS3(e, location, settings),
        AmazonClientException e when location.Directory is null && IsAboutCredentials(e) => S3Credentials.None(location.ToString(), e),
        _ when location.Directory is null && exception is AmazonClientException or HttpRequestException or TimeoutException or OperationCanceledException => new(
            "TC214", Where(location, settings), $"the object store does not answer: {Innermost(exception).Message.TrimEnd('.')}", "Check --s3-endpoint (or AWS_ENDPOINT_URL_S3) and that it is reachable from here.", exception),
        UnauthorizedAccessException or IOException => new("TC246", location.ToString(), exception.Message.TrimEnd('.'), "Make the directory and what is in it readable for this user.", exception),
        _ => new("TC999", exception.GetType().Name, exception.Message.TrimEnd('.'), "This is a defect of TempoCos: please report it with the command line.", exception),
    };

    public static int ExitCodeOf(DiagnosticException diagnostic) => diagnostic.Code switch
    {
        "TC241" or "TC243" or "TC244" or "TC247" => ExitCode.Usage,
        "TC245" or "TC248" => ExitCode.RungFailed,
        _ => ExitCode.Environment,
    };

    private static DiagnosticException FromS3(AmazonS3Exception e, BlockLocation location, S3Settings settings) => e switch
    {
        { ErrorCode: "InvalidAccessKeyId" or "SignatureDoesNotMatch" or "ExpiredToken" or "InvalidToken" } => new(
            "TC213", location.ToString(), $"the object store does not accept the key ({e.ErrorCode})", "Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (or the options and profile), and that the key belongs to this endpoint.", e),
        { ErrorCode: "NoSuchBucket" } => new(
            "TC223", Where(location, settings), "there is no such bucket at this endpoint", "A bucket is only found at its own location's endpoint: compare both.", e),
        { ErrorCode: "PermanentRedirect" or "AuthorizationHeaderMalformed" or "IllegalLocationConstraintException" } or { StatusCode: HttpStatusCode.MovedPermanently } => new(
            "TC225", Where(location, settings), $"the bucket is in another region than the request was signed for ({e.ErrorCode}: {e.Message.TrimEnd('.')})", "Give the bucket's region with --s3-region, and its endpoint with --s3-endpoint if it is not AWS.", e),
        { StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized } => new(
            "TC215", location.ToString(), $"the key may not list or read here ({e.ErrorCode})", "Give the key's owner a role that may list the bucket and read its objects.", e),
        { StatusCode: 0 } => new(
            "TC214", Where(location, settings), $"the object store does not answer: {Innermost(e).Message.TrimEnd('.')}", "Check --s3-endpoint (or AWS_ENDPOINT_URL_S3) and that it is reachable from here.", e),
        _ => new(
            "TC219", Where(location, settings), $"the object store answered {(int)e.StatusCode} {e.ErrorCode}: {e.Message.TrimEnd('.')}", "Look at the object store's status; if it is busy or down, try again later.", e),
    };

    private static bool IsAboutCredentials(AmazonClientException e) => e.Message.Contains("credential", StringComparison.OrdinalIgnoreCase);

    private static string Where(BlockLocation location, S3Settings settings) => settings.Endpoint is { } endpoint
        ? $"{location} at {endpoint.GetLeftPart(UriPartial.Authority)}"
        : location.ToString();

    private static T? Innermost<T>(Exception exception)
        where T : Exception
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is T found)
            {
                return found;
            }
        }

        return null;
    }

    private static Exception Innermost(Exception exception)
    {
        while (exception.InnerException is { } inner)
        {
            exception = inner;
        }

        return exception;
    }
}
