using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using TempoCos.IbmCloud.Tests.Support;

namespace TempoCos.IbmCloud.Tests.ControlPlane;

public sealed class ResourceKeyTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_with_hmac_has_both_kinds_of_credentials()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var (_, instance, key) = await cloud.ProvisionAsync(emulator, Cancelled);
        key.Text("credentials", "cos_hmac_keys", "access_key_id").ShouldBe(key.Text("guid").Replace("-", "", StringComparison.Ordinal));
        key.Text("credentials", "cos_hmac_keys", "secret_access_key").Length.ShouldBe(48);
        key.Text("credentials", "apikey").Length.ShouldBe(44);
        key.Text("credentials", "resource_instance_id").ShouldBe(instance.Text("crn"));
        key.Text("role").ShouldBe("crn:v1:bluemix:public:iam::::serviceRole:Writer");
        key.Text("source_crn").ShouldBe(instance.Text("crn"));

        var listed = await cloud.GetAsync($"{Cloud.Instances}/{instance.Text("guid")}/resource_keys", HttpStatusCode.OK, Cancelled);
        listed["resources"]!.AsArray().Count.ShouldBe(1);
        (await cloud.GetAsync($"{Cloud.Keys}?name=nobody", HttpStatusCode.OK, Cancelled))["resources"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_key_without_hmac_has_no_such_member()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var group = await cloud.CreateGroupAsync(emulator, "g", Cancelled);
        var instance = await cloud.CreateInstanceAsync(group, "i", Cancelled);
        var key = await cloud.PostAsync(Cloud.Keys, new { name = "plain", source = instance.Text("crn"), role = "Reader" }, HttpStatusCode.Created, Cancelled);
        key["credentials"]!.AsObject().ContainsKey("cos_hmac_keys").ShouldBeFalse();
        key["credentials"]!.AsObject().ContainsKey("apikey").ShouldBeTrue();
        await cloud.PostAsync(Cloud.Keys, new { name = "bad", source = instance.Text("crn"), role = "Emperor" }, HttpStatusCode.BadRequest, Cancelled);
    }

    [Fact]
    public async Task A_deleted_key_is_removed_once_and_its_credentials_end()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var (_, _, key) = await cloud.ProvisionAsync(emulator, Cancelled);
        using var s3 = S3Of(emulator, key);
        await s3.PutBucketAsync("keyed", Cancelled);

        await cloud.DeleteAsync($"{Cloud.Keys}/{key.Text("guid")}", HttpStatusCode.NoContent, Cancelled);
        var after = await cloud.GetAsync($"{Cloud.Keys}/{Uri.EscapeDataString(key.Text("crn"))}", HttpStatusCode.OK, Cancelled);
        after.Text("state").ShouldBe("removed");
        after.ContainsKey("credentials").ShouldBeFalse();
        await cloud.DeleteAsync($"{Cloud.Keys}/{key.Text("guid")}", HttpStatusCode.Gone, Cancelled);
        (await Should.ThrowAsync<AmazonS3Exception>(() => s3.ListBucketsAsync(Cancelled))).ErrorCode.ShouldBe("InvalidAccessKeyId");
        (await emulator.RequestTokenAsync(key.Text("credentials", "apikey"), Cancelled)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_new_hmac_key_is_unknown_until_it_has_propagated()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        await emulator.TurnAsync(new { hmacPropagationSeconds = 3600 }, Cancelled);
        var (_, _, key) = await cloud.ProvisionAsync(emulator, Cancelled);
        using var s3 = S3Of(emulator, key);
        var error = await Should.ThrowAsync<AmazonS3Exception>(() => s3.ListBucketsAsync(Cancelled));
        error.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        error.ErrorCode.ShouldBe("InvalidAccessKeyId");

        await emulator.TurnAsync(new { hmacPropagationSeconds = 0 }, Cancelled);
        (await s3.ListBucketsAsync(Cancelled)).HttpStatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Roles_decide_what_a_key_may_do()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var (_, instance, writerKey) = await cloud.ProvisionAsync(emulator, Cancelled);
        using var writer = S3Of(emulator, writerKey);
        using var reader = S3Of(emulator, await cloud.CreateKeyAsync(instance.Text("guid"), "Reader", Cancelled));
        using var objectReader = S3Of(emulator, await cloud.CreateKeyAsync(instance.Text("guid"), "Object Reader", Cancelled));
        using var objectWriter = S3Of(emulator, await cloud.CreateKeyAsync(instance.Text("guid"), "Object Writer", Cancelled));
        await writer.PutBucketAsync("roles", Cancelled);
        await PutAsync(writer);

        (await reader.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "roles" }, Cancelled)).S3Objects.Count.ShouldBe(1);
        await DeniedAsync(() => PutAsync(reader));
        await DeniedAsync(() => reader.DeleteObjectAsync("roles", "k", Cancelled));
        await DeniedAsync(() => reader.PutBucketAsync("roles-2", Cancelled));

        using (var got = await objectReader.GetObjectAsync("roles", "k", Cancelled))
        {
            got.ContentLength.ShouldBe(1);
        }

        await DeniedAsync(() => objectReader.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "roles" }, Cancelled));
        await PutAsync(objectWriter);
        await DeniedAsync(() => objectWriter.GetObjectAsync("roles", "k", Cancelled));
        await writer.DeleteObjectAsync("roles", "k", Cancelled);
    }

    [Fact]
    public async Task A_token_of_a_keys_service_id_has_the_keys_role_and_no_more()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var (_, instance, writerKey) = await cloud.ProvisionAsync(emulator, Cancelled);
        using (var writer = S3Of(emulator, writerKey))
        {
            await writer.PutBucketAsync("by-service-id", Cancelled);
            await PutAsync(writer, "by-service-id");
        }

        var key = await cloud.CreateKeyAsync(instance.Text("guid"), "Reader", Cancelled);
        using var reader = await emulator.SignInAsync(Cancelled, key.Text("credentials", "apikey"));
        (await reader.GetStringAsync("/by-service-id/k", Cancelled)).ShouldBe("v");
        (await reader.PutAsync("/by-service-id/k", new StringContent("w"), Cancelled)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        await reader.GetAsync(Cloud.Instances, HttpStatusCode.Forbidden, Cancelled);

        await cloud.DeleteAsync($"{Cloud.Keys}/{key.Text("guid")}", HttpStatusCode.NoContent, Cancelled);
        (await reader.GetAsync("/by-service-id/k", Cancelled)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_key_reaches_only_its_own_instance()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var (_, _, mine) = await cloud.ProvisionAsync(emulator, Cancelled);
        var (_, _, theirs) = await cloud.ProvisionAsync(emulator, Cancelled);
        using var owner = S3Of(emulator, mine);
        using var stranger = S3Of(emulator, theirs);
        await owner.PutBucketAsync("fenced", Cancelled);
        await PutAsync(owner, "fenced");
        await DeniedAsync(() => stranger.GetObjectAsync("fenced", "k", Cancelled));
        (await stranger.ListBucketsAsync(Cancelled)).Buckets.ShouldBeNull();
        (await owner.ListBucketsAsync(Cancelled)).Buckets.Count.ShouldBe(1);
    }

    private static AmazonS3Client S3Of(Emulator emulator, System.Text.Json.Nodes.JsonNode key) =>
        emulator.S3(key.Text("credentials", "cos_hmac_keys", "access_key_id"), key.Text("credentials", "cos_hmac_keys", "secret_access_key"));

    private static Task PutAsync(AmazonS3Client s3, string bucket = "roles") =>
        s3.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = "k", ContentBody = "v" }, Cancelled);

    private static async Task DeniedAsync(Func<Task> call)
    {
        var error = await Should.ThrowAsync<AmazonS3Exception>(call);
        error.ErrorCode.ShouldBe("AccessDenied");
        error.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }
}
