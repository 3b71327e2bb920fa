using TempoCos.StorageCost.Metering;

namespace TempoCos.StorageCost.Tests.Metering;

public sealed class S3OperationTests
{
    [Theory]
    [InlineData("GET", "", "ListBuckets", RequestClass.A)]
    [InlineData("GET", "?extended", "ListBuckets", RequestClass.A)]
    [InlineData("PUT", "b", "CreateBucket", RequestClass.A)]
    [InlineData("PUT", "b/", "CreateBucket", RequestClass.A)]
    [InlineData("HEAD", "b", "HeadBucket", RequestClass.B)]
    [InlineData("DELETE", "b", "DeleteBucket", RequestClass.Free)]
    [InlineData("GET", "b?location", "GetBucketLocation", RequestClass.B)]
    [InlineData("GET", "b?location=", "GetBucketLocation", RequestClass.B)]
    [InlineData("GET", "b?versioning", "GetBucketVersioning", RequestClass.B)]
    [InlineData("PUT", "b?lifecycle", "PutBucketLifecycleConfiguration", RequestClass.A)]
    [InlineData("DELETE", "b?lifecycle", "DeleteBucketLifecycle", RequestClass.Free)]
    [InlineData("GET", "b", "ListObjects", RequestClass.A)]
    [InlineData("GET", "b?prefix=t/&delimiter=%2F&max-keys=1", "ListObjects", RequestClass.A)]
    [InlineData("GET", "b?list-type=2&start-after=x", "ListObjectsV2", RequestClass.A)]
    [InlineData("GET", "b?uploads", "ListMultipartUploads", RequestClass.A)]
    [InlineData("GET", "b?versions", "ListObjectVersions", RequestClass.A)]
    [InlineData("POST", "b?delete", "DeleteObjects", RequestClass.A)]
    [InlineData("GET", "b/k", "GetObject", RequestClass.B)]
    [InlineData("GET", "b/delete?x-id=GetObject", "GetObject", RequestClass.B)]
    [InlineData("HEAD", "b/a/b/c", "HeadObject", RequestClass.B)]
    [InlineData("PUT", "b/k", "PutObject", RequestClass.A)]
    [InlineData("DELETE", "b/k", "DeleteObject", RequestClass.Free)]
    [InlineData("POST", "b/k?uploads", "CreateMultipartUpload", RequestClass.A)]
    [InlineData("PUT", "b/k?partNumber=1&uploadId=u", "UploadPart", RequestClass.A)]
    [InlineData("GET", "b/k?uploadId=u", "ListParts", RequestClass.A)]
    [InlineData("POST", "b/k?uploadId=u", "CompleteMultipartUpload", RequestClass.A)]
    [InlineData("DELETE", "b/k?uploadId=u", "AbortMultipartUpload", RequestClass.Free)]
    [InlineData("GET", "b/k?tagging", "GetObjectTagging", RequestClass.B)]
    [InlineData("PUT", "b/k?tagging", "PutObjectTagging", RequestClass.A)]
    [InlineData("DELETE", "b/k?tagging", "DeleteObjectTagging", RequestClass.Free)]
    [InlineData("OPTIONS", "b/k", "Unknown", RequestClass.B)]
    public void A_request_has_S3s_name_and_the_class_of_the_bill(string method, string path, string name, RequestClass @class)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"http://127.0.0.1:9/{path}");
        S3Operation.Of(request).ShouldBe(new S3Operation(name, @class));
    }

    [Theory]
    [InlineData("b/k", "CopyObject")]
    [InlineData("b/k?partNumber=2&uploadId=u", "UploadPartCopy")]
    public void A_copy_is_told_by_its_source(string path, string name)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"http://127.0.0.1:9/{path}");
        request.Headers.Add("x-amz-copy-source", "/b/other");
        S3Operation.Of(request).ShouldBe(new S3Operation(name, RequestClass.A));
    }
}
