using System.Globalization;
using System.Net;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using TempoCos.IbmCloud.ObjectStorage.Authentication;
using TempoCos.IbmCloud.Tests.Support;

namespace TempoCos.IbmCloud.Tests.S3;

/// <summary>Who reaches what without being the owner.</summary>
public sealed class AccessTests
{
    private const string Bucket = "shared";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_what_is_public_is_read_without_a_credential()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await emulator.S3WithBucketAsync(Bucket, Cancelled);
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "open", ContentBody = "hello", CannedACL = S3CannedACL.PublicRead }, Cancelled);
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "closed", ContentBody = "secret" }, Cancelled);
        (await emulator.Http.GetStringAsync($"/{Bucket}/open", Cancelled)).ShouldBe("hello");
        await RefusedAsync(HttpMethod.Get, "/shared/closed");
        await RefusedAsync(HttpMethod.Get, "/shared");
        await RefusedAsync(HttpMethod.Put, "/shared/open");
        await RefusedAsync(HttpMethod.Delete, "/shared/open");
        await RefusedAsync(HttpMethod.Get, "/");

        // To whoever may list, what is missing is missing; to others it is refused.
        await RefusedAsync(HttpMethod.Get, "/shared/missing");
        await s3.PutBucketAclAsync(new PutBucketAclRequest { BucketName = Bucket, ACL = S3CannedACL.PublicRead }, Cancelled);
        (await emulator.Http.GetStringAsync("/shared", Cancelled)).ShouldContain("<Key>closed</Key>");
        (await emulator.Http.GetAsync("/shared/missing", Cancelled)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await s3.PutBucketAclAsync(new PutBucketAclRequest { BucketName = Bucket, ACL = S3CannedACL.Private }, Cancelled);
        await RefusedAsync(HttpMethod.Get, "/shared");

        async Task RefusedAsync(HttpMethod method, string path)
        {
            using var request = new HttpRequestMessage(method, path) { Content = method == HttpMethod.Put ? new StringContent("x") : null };
            using var response = await emulator.Http.SendAsync(request, Cancelled);
            response.StatusCode.ShouldBe(HttpStatusCode.Forbidden, $"{method} {path}");
        }
    }

    [Fact]
    public async Task Another_owner_reaches_what_was_granted_to_it_and_no_more()
    {
        await using var emulator = await Emulator.StartAsync(options => options with { Hmac = [.. options.Hmac, new HmacSeed("other", "other-secret")] });
        using var s3 = await emulator.S3WithBucketAsync(Bucket, Cancelled);
        using var other = emulator.S3("other", "other-secret");
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "k", ContentBody = "x" }, Cancelled);
        (await Should.ThrowAsync<AmazonS3Exception>(() => other.GetObjectAsync(Bucket, "k", Cancelled))).ErrorCode.ShouldBe("AccessDenied");
        (await other.ListBucketsAsync(Cancelled)).Buckets.ShouldBeNull();

        var acl = await s3.GetObjectAclAsync(new GetObjectAclRequest { BucketName = Bucket, Key = "k" }, Cancelled);
        await other.PutBucketAsync("others-own", Cancelled);
        var guest = (await other.GetBucketAclAsync(new GetBucketAclRequest { BucketName = "others-own" }, Cancelled)).Owner.Id;
        guest.ShouldNotBe(acl.Owner.Id);
        acl.Grants.Add(new S3Grant { Grantee = new S3Grantee { CanonicalUser = guest }, Permission = S3Permission.READ });
        await s3.PutObjectAclAsync(
            new PutObjectAclRequest { BucketName = Bucket, Key = "k", AccessControlPolicy = new S3AccessControlList { Owner = acl.Owner, Grants = acl.Grants } }, Cancelled);
        (await other.GetObjectAsync(Bucket, "k", Cancelled)).HttpStatusCode.ShouldBe(HttpStatusCode.OK);
        (await Should.ThrowAsync<AmazonS3Exception>(() => other.DeleteObjectAsync(Bucket, "k", Cancelled))).ErrorCode.ShouldBe("AccessDenied");

        // The list is the version's: it goes with what replaces it.
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "k", ContentBody = "y" }, Cancelled);
        (await Should.ThrowAsync<AmazonS3Exception>(() => other.GetObjectAsync(Bucket, "k", Cancelled))).ErrorCode.ShouldBe("AccessDenied");
    }

    [Theory]
    [InlineData("in/report.txt", "text/plain", HttpStatusCode.Created)]
    [InlineData("out/report.txt", "text/plain", HttpStatusCode.Forbidden)]
    [InlineData("in/report.txt", "text/html", HttpStatusCode.Forbidden)]
    public async Task A_form_uploads_what_its_policy_allows(string key, string type, HttpStatusCode expected)
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await emulator.S3WithBucketAsync(Bucket, Cancelled);
        using var response = await PostAsync(emulator, key, type, DateTimeOffset.UtcNow.AddHours(1), tamper: false);
        response.StatusCode.ShouldBe(expected, await response.Content.ReadAsStringAsync(Cancelled));
        var listed = (await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Bucket }, Cancelled)).S3Objects?.Select(one => one.Key) ?? [];
        listed.ShouldBe(expected == HttpStatusCode.Created ? [key] : []);
    }

    [Fact]
    public async Task A_form_of_yesterday_or_with_a_changed_policy_uploads_nothing()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await emulator.S3WithBucketAsync(Bucket, Cancelled);
        using var late = await PostAsync(emulator, "in/x", "text/plain", DateTimeOffset.UtcNow.AddHours(-1), tamper: false);
        (await late.Content.ReadAsStringAsync(Cancelled)).ShouldContain("Policy expired");
        using var forged = await PostAsync(emulator, "in/x", "text/plain", DateTimeOffset.UtcNow.AddHours(1), tamper: true);
        (await forged.Content.ReadAsStringAsync(Cancelled)).ShouldContain("SignatureDoesNotMatch");
        (await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Bucket }, Cancelled)).S3Objects.ShouldBeNull();
    }

    private static Task<HttpResponseMessage> PostAsync(Emulator emulator, string key, string type, DateTimeOffset expires, bool tamper)
    {
        var day = DateTimeOffset.UtcNow.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        var scope = $"{day}/us-east/s3/aws4_request";
        var fields = new Dictionary<string, string>
        {
            ["key"] = key,
            ["Content-Type"] = type,
            ["success_action_status"] = "201",
            ["x-amz-algorithm"] = SignedClaim.Algorithm,
            ["x-amz-credential"] = $"{Emulator.AccessKey}/{scope}",
        };
        var policy = Base64(Policy(expires, fields));
        fields["x-amz-signature"] = SignatureV4.SignText(SignatureV4.SigningKey(Emulator.SecretKey, scope), policy);
        fields["policy"] = tamper ? Base64(Policy(expires.AddHours(1), fields)) : policy;
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        form.Add(new ByteArrayContent(new byte[100_000]), "file", "report.txt");
        return emulator.Http.PostAsync("/" + Bucket, form, Cancelled);
    }

    private static string Policy(DateTimeOffset expires, Dictionary<string, string> fields) =>
        $$"""
        {"expiration":"{{expires.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}}","conditions":[{"bucket":"{{Bucket}}"},["starts-with","$key","in/"],{"Content-Type":"text/plain"},
        {"success_action_status":"201"},{"x-amz-algorithm":"{{fields["x-amz-algorithm"]}}"},{"x-amz-credential":"{{fields["x-amz-credential"]}}"},["content-length-range",1,200000]]}
        """;

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
