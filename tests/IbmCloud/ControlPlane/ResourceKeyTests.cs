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

        await emulator.TurnAsync(new { hmacPropagationSeconds = 0, policyPropagationSeconds = 3600 }, Cancelled);
        (await Should.ThrowAsync<AmazonS3Exception>(() => s3.ListBucketsAsync(Cancelled))).ErrorCode.ShouldBe("AccessDenied");

        await emulator.TurnAsync(new { policyPropagationSeconds = 0 }, Cancelled);
        (await s3.ListBucketsAsync(Cancelled)).HttpStatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_deleted_key_works_on_until_the_object_store_notices()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        await emulator.TurnAsync(new { hmacRevocationSeconds = 3600 }, Cancelled);
        var (_, _, key) = await cloud.ProvisionAsync(emulator, Cancelled);
        using var s3 = S3Of(emulator, key);
        await cloud.DeleteAsync($"{Cloud.Keys}/{key.Text("guid")}", HttpStatusCode.NoContent, Cancelled);
        (await s3.ListBucketsAsync(Cancelled)).HttpStatusCode.ShouldBe(HttpStatusCode.OK);
        (await emulator.RequestTokenAsync(key.Text("credentials", "apikey"), Cancelled)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        await emulator.TurnAsync(new { hmacRevocationSeconds = 0 }, Cancelled);
        (await Should.ThrowAsync<AmazonS3Exception>(() => s3.ListBucketsAsync(Cancelled))).ErrorCode.ShouldBe("InvalidAccessKeyId");
    }

    [Fact]
    public async Task A_deleted_keys_secrets_are_not_left_on_disk()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        await emulator.TurnAsync(new { hmacRevocationSeconds = 3600 }, Cancelled);
        var (_, _, key) = await cloud.ProvisionAsync(emulator, Cancelled);
        var secret = key.Text("credentials", "cos_hmac_keys", "secret_access_key");
        FilesWith(secret).ShouldBe(1, "an active key must outlive a restart");
        await cloud.DeleteAsync($"{Cloud.Keys}/{key.Text("guid")}", HttpStatusCode.NoContent, Cancelled);
        FilesWith(secret).ShouldBe(0);

        int FilesWith(string text) => Directory.EnumerateFiles(emulator.DataDirectory, "*.json", SearchOption.AllDirectories).Count(file => File.ReadAllText(file).Contains(text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_new_key_is_not_found_at_once_when_the_knob_says_so()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        await emulator.TurnAsync(new { resourceKeyLagSeconds = 3600 }, Cancelled);
        var (_, _, key) = await cloud.ProvisionAsync(emulator, Cancelled);
        await cloud.GetAsync($"{Cloud.Keys}/{key.Text("guid")}", HttpStatusCode.NotFound, Cancelled);
        (await cloud.RowsAsync(Cloud.Keys, Cancelled)).ShouldBeEmpty();
        await emulator.TurnAsync(new { resourceKeyLagSeconds = 0 }, Cancelled);
        (await cloud.RowsAsync(Cloud.Keys, Cancelled)).Length.ShouldBe(1);
    }

    [Theory]
    [InlineData(false, "REDACTED")]
    [InlineData(true, "REDACTED_EXPLICIT")]
    public async Task Secrets_are_shown_once_when_instance_or_knob_say_so(bool onetime, string word)
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var group = await cloud.CreateGroupAsync(emulator, "g", Cancelled);
        var instance = await cloud.PostAsync(
            Cloud.Instances,
            new { name = "i", target = "global", resource_group = group, resource_plan_id = Emulator.StandardPlan, parameters = new { onetime_credentials = onetime } },
            HttpStatusCode.Created,
            Cancelled);
        var key = await cloud.CreateKeyAsync(instance.Text("guid"), "Writer", Cancelled);
        key.Text("credentials", "cos_hmac_keys", "secret_access_key").Length.ShouldBe(48);
        var url = $"{Cloud.Keys}/{key.Text("guid")}";
        if (!onetime)
        {
            (await cloud.GetAsync(url, HttpStatusCode.OK, Cancelled)).Text("credentials", "apikey").ShouldBe(key.Text("credentials", "apikey"));
            await emulator.TurnAsync(new { redactCredentials = true }, Cancelled);
        }

        foreach (var seen in new[] { await cloud.GetAsync(url, HttpStatusCode.OK, Cancelled), (await cloud.RowsAsync(Cloud.Keys, Cancelled))[0], await cloud.PatchAsync(url, new { name = "renamed" }, HttpStatusCode.OK, Cancelled) })
        {
            seen["credentials"]!.AsObject().Select(member => (member.Key, member.Value!.GetValue<string>())).ShouldBe([("REDACTED", word)]);
            seen["onetime_credentials"]!.GetValue<bool>().ShouldBe(onetime);
        }

        using var s3 = S3Of(emulator, key);
        (await s3.ListBucketsAsync(Cancelled)).HttpStatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("Writer", "crn:v1:bluemix:public:iam::::serviceRole:Writer")]
    [InlineData("crn:v1:bluemix:public:iam::::serviceRole:Manager", "crn:v1:bluemix:public:iam::::serviceRole:Manager")]
    [InlineData("Content Reader", "crn:v1:bluemix:public:cloud-object-storage::::serviceRole:ContentReader")]
    [InlineData("crn:v1:bluemix:public:cloud-object-storage::::serviceRole:ObjectWriter", "crn:v1:bluemix:public:cloud-object-storage::::serviceRole:ObjectWriter")]
    [InlineData("crn:v1:bluemix:public:iam::::role:Editor", "crn:v1:bluemix:public:iam::::role:Editor")]
    [InlineData("None", "")]
    [InlineData(null, "")]
    [InlineData("crn:v1:bluemix:public:iam::::serviceRole:ContentReader", null)]
    [InlineData("crn:v1:bluemix:public:iam::::role:Emperor", null)]
    [InlineData("serviceRole:Writer", null)]
    [InlineData("3", null)]
    public async Task Roles_go_by_name_and_by_crn(string? role, string? expected)
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var group = await cloud.CreateGroupAsync(emulator, "g", Cancelled);
        var instance = await cloud.CreateInstanceAsync(group, "i", Cancelled);
        var key = await cloud.PostAsync(
            Cloud.Keys, new { name = "k", source = instance.Text("crn"), role, parameters = new { HMAC = "true" } }, expected is null ? HttpStatusCode.BadRequest : HttpStatusCode.Created, Cancelled);
        if (expected is not null)
        {
            key.Text("role").ShouldBe(expected);
            key.Text("credentials", "iam_role_crn").ShouldBe(expected);
            key["credentials"]!["cos_hmac_keys"].ShouldNotBeNull("the text true asks for an HMAC pair too");
        }
    }

    [Fact]
    public async Task A_key_can_be_bound_to_a_service_id_of_the_account()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var group = await cloud.CreateGroupAsync(emulator, "g", Cancelled);
        var instance = await cloud.CreateInstanceAsync(group, "i", Cancelled);
        var own = $"crn:v1:bluemix:public:iam-identity::a/{instance.Text("account_id")}::serviceid:ServiceId-{Guid.NewGuid()}";
        var key = await cloud.PostAsync(Cloud.Keys, new { name = "k", source = instance.Text("guid"), role = "Reader", parameters = new { serviceid_crn = own } }, HttpStatusCode.Created, Cancelled);
        key.Text("credentials", "iam_serviceid_crn").ShouldBe(own);
        var strange = own.Replace(instance.Text("account_id"), new string('0', 32), StringComparison.Ordinal);
        await cloud.PostAsync(Cloud.Keys, new { name = "k", source = instance.Text("guid"), role = "Reader", parameters = new { serviceid_crn = strange } }, HttpStatusCode.BadRequest, Cancelled);
    }

    [Fact]
    public async Task Keys_are_renamed_paged_and_refused_for_what_is_gone()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var (_, instance, key) = await cloud.ProvisionAsync(emulator, Cancelled);
        await cloud.CreateKeyAsync(instance.Text("guid"), "Reader", Cancelled, "second");
        await emulator.TurnAsync(new { pageSize = 1 }, Cancelled);
        var url = $"{Cloud.Keys}/{key.Text("guid")}";
        (await cloud.PatchAsync(url, new { name = "renamed" }, HttpStatusCode.OK, Cancelled)).Text("name").ShouldBe("renamed");
        await cloud.PatchAsync(url, new { }, HttpStatusCode.BadRequest, Cancelled);
        var first = await cloud.GetAsync($"{Cloud.Instances}/{instance.Text("guid")}/resource_keys", HttpStatusCode.OK, Cancelled);
        first["resources"]!.AsArray().Single()!.Text("name").ShouldBe("renamed");
        first.Text("next_url").ShouldStartWith($"/v2/resource_instances/{instance.Text("guid")}/resource_keys?");
        (await cloud.RowsAsync("/_/resource-controller" + first.Text("next_url"), Cancelled)).Single().Text("name").ShouldBe("second");

        await cloud.DeleteAsync(url, HttpStatusCode.NoContent, Cancelled);
        await cloud.PatchAsync(url, new { name = "again" }, HttpStatusCode.Gone, Cancelled);
        await cloud.DeleteAsync($"{Cloud.Instances}/{instance.Text("guid")}?recursive=true", HttpStatusCode.NoContent, Cancelled);
        await cloud.PostAsync(Cloud.Keys, new { name = "k", source = instance.Text("guid"), role = "Writer" }, HttpStatusCode.Gone, Cancelled);
        await cloud.PostAsync(Cloud.Keys, new { name = "k", source = Guid.NewGuid().ToString(), role = "Writer" }, HttpStatusCode.NotFound, Cancelled);
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
