using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using TempoCos.IbmCloud.Tests.Support;

namespace TempoCos.IbmCloud.Tests.ControlPlane;

/// <summary>What the role of a resource key allows in the object store.</summary>
public sealed class RoleTests
{
    private const string Bucket = "by-role";
    private static readonly string[] ReadObjects = ["get", "head", "get-tags"];
    private static readonly string[] ReadContent = [.. ReadObjects, "list-v1", "list-v2", "head-bucket", "location", "list-uploads"];
    private static readonly string[] WriteObjects = ["put", "copy", "upload", "part", "list-parts", "abort"];
    private static readonly string[] Everything = [.. ReadContent, .. WriteObjects, "list-buckets", "put-tags", "delete", "delete-many", "create-bucket", "delete-bucket", "lifecycle"];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string, string[]> Roles => new()
    {
        { "Manager", [.. Everything, "block-public"] },
        { "Writer", Everything },
        { "Reader", [.. ReadContent, "list-buckets", "list-parts"] },
        { "Content Reader", [.. ReadContent, "list-parts"] },
        { "Object Reader", ReadObjects },
        { "Object Writer", [.. WriteObjects.Where(name => name != "copy")] },
        { "None", [] },
    };

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task A_role_allows_its_operations_and_no_others(string role, string[] allowed)
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var (_, instance, ownerKey) = await cloud.ProvisionAsync(emulator, Cancelled, "Manager");
        using var owner = S3Of(emulator, ownerKey);
        await owner.PutBucketAsync(Bucket, Cancelled);
        using var subject = S3Of(emulator, await cloud.CreateKeyAsync(instance.Text("guid"), role, Cancelled));

        var outcome = new List<string>();
        foreach (var operation in Everything.Append("block-public"))
        {
            await owner.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "k", ContentBody = "v" }, Cancelled);
            var upload = (await owner.InitiateMultipartUploadAsync(Bucket, "m", Cancelled)).UploadId;
            try
            {
                await RunAsync(operation, subject, owner, upload);
                outcome.Add(operation);
            }
            catch (AmazonS3Exception error)
            {
                error.StatusCode.ShouldBe(HttpStatusCode.Forbidden, $"{role}, {operation}: {error.ErrorCode}");
                // HEAD has no body to tell the code in.
                error.ErrorCode.ShouldBeOneOf("AccessDenied", "Forbidden");
            }

            foreach (var left in (await owner.ListMultipartUploadsAsync(Bucket, Cancelled)).MultipartUploads ?? [])
            {
                await owner.AbortMultipartUploadAsync(Bucket, left.Key, left.UploadId, Cancelled);
            }
        }

        outcome.ShouldBe(allowed, ignoreOrder: true);
    }

    private static async Task RunAsync(string operation, AmazonS3Client s3, AmazonS3Client owner, string upload)
    {
        switch (operation)
        {
            case "get":
                (await s3.GetObjectAsync(Bucket, "k", Cancelled)).Dispose();
                break;
            case "head":
                await s3.GetObjectMetadataAsync(Bucket, "k", Cancelled);
                break;
            case "get-tags":
                await s3.GetObjectTaggingAsync(new GetObjectTaggingRequest { BucketName = Bucket, Key = "k" }, Cancelled);
                break;
            case "put-tags":
                await s3.PutObjectTaggingAsync(new PutObjectTaggingRequest { BucketName = Bucket, Key = "k", Tagging = new Tagging { TagSet = [new Tag { Key = "a", Value = "b" }] } }, Cancelled);
                break;
            case "list-v1":
                await s3.ListObjectsAsync(Bucket, Cancelled);
                break;
            case "list-v2":
                await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Bucket }, Cancelled);
                break;
            case "head-bucket":
                await s3.HeadBucketAsync(new HeadBucketRequest { BucketName = Bucket }, Cancelled);
                break;
            case "location":
                await s3.GetBucketLocationAsync(Bucket, Cancelled);
                break;
            case "list-uploads":
                await s3.ListMultipartUploadsAsync(Bucket, Cancelled);
                break;
            case "list-buckets":
                await s3.ListBucketsAsync(Cancelled);
                break;
            case "put":
                await s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "p", ContentBody = "v" }, Cancelled);
                break;
            case "copy":
                await s3.CopyObjectAsync(Bucket, "k", Bucket, "c", Cancelled);
                break;
            case "upload":
                await s3.InitiateMultipartUploadAsync(Bucket, "u", Cancelled);
                break;
            case "part":
                await s3.UploadPartAsync(new UploadPartRequest { BucketName = Bucket, Key = "m", UploadId = upload, PartNumber = 1, InputStream = new MemoryStream([1]) }, Cancelled);
                break;
            case "list-parts":
                await s3.ListPartsAsync(Bucket, "m", upload, Cancelled);
                break;
            case "abort":
                await s3.AbortMultipartUploadAsync(Bucket, "m", upload, Cancelled);
                break;
            case "delete":
                await s3.DeleteObjectAsync(Bucket, "k", Cancelled);
                break;
            case "delete-many":
                await s3.DeleteObjectsAsync(new DeleteObjectsRequest { BucketName = Bucket, Objects = [new KeyVersion { Key = "k" }] }, Cancelled);
                break;
            case "create-bucket":
                await s3.PutBucketAsync("by-role-new", Cancelled);
                await owner.DeleteBucketAsync("by-role-new", Cancelled);
                break;
            case "delete-bucket":
                await owner.PutBucketAsync("by-role-old", Cancelled);
                try
                {
                    await s3.DeleteBucketAsync("by-role-old", Cancelled);
                }
                catch (AmazonS3Exception)
                {
                    await owner.DeleteBucketAsync("by-role-old", Cancelled);
                    throw;
                }

                break;
            case "lifecycle":
                await s3.PutLifecycleConfigurationAsync(
                    new PutLifecycleConfigurationRequest
                    {
                        BucketName = Bucket,
                        Configuration = new LifecycleConfiguration
                        {
                            Rules =
                            [
                                new LifecycleRule
                                {
                                    Id = "uploads",
                                    Status = LifecycleRuleStatus.Enabled,
                                    Filter = new LifecycleFilter { LifecycleFilterPredicate = new LifecyclePrefixPredicate { Prefix = "" } },
                                    AbortIncompleteMultipartUpload = new LifecycleRuleAbortIncompleteMultipartUpload { DaysAfterInitiation = 1 },
                                },
                            ],
                        },
                    },
                    Cancelled);
                break;
            case "block-public":
                await s3.PutPublicAccessBlockAsync(
                    new PutPublicAccessBlockRequest { BucketName = Bucket, PublicAccessBlockConfiguration = new PublicAccessBlockConfiguration { BlockPublicAcls = true } }, Cancelled);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(operation), operation, null);
        }
    }

    private static AmazonS3Client S3Of(Emulator emulator, System.Text.Json.Nodes.JsonNode key) =>
        emulator.S3(key.Text("credentials", "cos_hmac_keys", "access_key_id"), key.Text("credentials", "cos_hmac_keys", "secret_access_key"));
}
