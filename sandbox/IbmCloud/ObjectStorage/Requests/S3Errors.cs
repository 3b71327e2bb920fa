namespace TempoCos.IbmCloud.ObjectStorage.Requests;

/// <summary>The refusals, with S3's codes and status codes.</summary>
public static class S3Errors
{
    public static S3Exception AccessDenied(string message = "Access Denied") => new(403, "AccessDenied", message);

    public static S3Exception InvalidAccessKeyId() => new(403, "InvalidAccessKeyId", "The AWS Access Key ID you provided does not exist in our records.");

    public static S3Exception SignatureDoesNotMatch() =>
        new(403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided. Check your secret access key and signing method.");

    public static S3Exception RequestTimeTooSkewed() => new(403, "RequestTimeTooSkewed", "The difference between the request time and the server's time is too large.");

    public static S3Exception NoSuchBucket() => new(404, "NoSuchBucket", "The specified bucket does not exist.");

    public static S3Exception NoSuchKey() => new(404, "NoSuchKey", "The specified key does not exist.");

    public static S3Exception NoSuchVersion() => new(404, "NoSuchVersion", "The specified version does not exist.");

    public static S3Exception MethodNotAllowed() => new(405, "MethodNotAllowed", "The specified method is not allowed against this resource.");

    public static S3Exception NoSuchUpload() => new(404, "NoSuchUpload", "The specified multipart upload does not exist. The upload ID might be invalid, or the multipart upload might have been aborted or completed.");

    public static S3Exception BucketNotEmpty() => new(409, "BucketNotEmpty", "The bucket you tried to delete is not empty.");

    public static S3Exception InvalidRequest(string message) => new(400, "InvalidRequest", message);

    public static S3Exception InvalidArgument(string message) => new(400, "InvalidArgument", message);

    public static S3Exception MalformedXml() => new(400, "MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema.");

    public static S3Exception IncompleteBody() => new(400, "IncompleteBody", "You did not provide the number of bytes specified by the Content-Length HTTP header.");

    public static S3Exception MissingContentLength() => new(411, "MissingContentLength", "You must provide the Content-Length HTTP header.");

    public static S3Exception BadDigest() => new(400, "BadDigest", "The Content-MD5 or checksum value that you specified did not match what the server received.");

    public static S3Exception InvalidDigest() => new(400, "InvalidDigest", "The Content-MD5 or checksum value that you specified is not valid.");

    public static S3Exception ContentHashMismatch() => new(400, "XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed.");

    public static S3Exception PreconditionFailed() => new(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold.");

    public static S3Exception InvalidRange() => new(416, "InvalidRange", "The requested range is not satisfiable.");

    public static S3Exception InvalidPart() =>
        new(400, "InvalidPart", "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.");

    public static S3Exception InvalidPartNumber() => new(400, "InvalidPart", "The requested partnumber is not satisfiable");

    public static S3Exception InvalidPartOrder() => new(400, "InvalidPartOrder", "The list of parts was not in ascending order. The parts list must be specified in order by part number.");

    public static S3Exception EntityTooSmall() => new(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed object size.");

    public static S3Exception EntityTooLarge() => new(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed object size.");

    public static S3Exception KeyTooLong() => new(400, "KeyTooLong", "Your key is too long.");

    public static S3Exception NotImplemented() => new(501, "NotImplemented", "A header or query you provided implies functionality that is not implemented.");

    public static S3Exception InternalError() => new(500, "InternalError", "We encountered an internal error. Please try again.");
}
