using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Amazon.S3;
using Amazon.S3.Model;
using TempoCos.IbmCloud.Tests.Support;

namespace TempoCos.IbmCloud.Tests.ControlPlane;

public sealed class BucketConfigurationTests
{
    private const string Bucket = "configured";
    private const string Path = $"{Cloud.Config}/{Bucket}";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_configuration_tells_usage_and_identity()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        using var s3 = await emulator.S3WithBucketAsync(Bucket, Cancelled);
        await PutAsync(s3, "k", 7);
        var config = await cloud.GetAsync(Path, HttpStatusCode.OK, Cancelled);
        config.Text("name").ShouldBe(Bucket);
        config.Text("crn").ShouldEndWith($":{config.Text("service_instance_id")}:bucket:{Bucket}");
        config["object_count"]!.GetValue<int>().ShouldBe(1);
        config["bytes_used"]!.GetValue<int>().ShouldBe(7);
        config["hard_quota"]!.GetValue<int>().ShouldBe(0);
        config.ContainsKey("firewall").ShouldBeFalse();

        await s3.PutBucketVersioningAsync(new PutBucketVersioningRequest { BucketName = Bucket, VersioningConfig = new S3BucketVersioningConfig { Status = VersionStatus.Enabled } }, Cancelled);
        await PutAsync(s3, "k", 3);
        await s3.DeleteObjectAsync(Bucket, "k", Cancelled);
        config = await cloud.GetAsync(Path, HttpStatusCode.OK, Cancelled);
        config["object_count"]!.GetValue<int>().ShouldBe(0);
        config["noncurrent_object_count"]!.GetValue<int>().ShouldBe(2);
        config["noncurrent_bytes_used"]!.GetValue<int>().ShouldBe(10);
        config["delete_marker_count"]!.GetValue<int>().ShouldBe(1);
        await cloud.GetAsync($"{Cloud.Config}/nowhere", HttpStatusCode.NotFound, Cancelled);
        await emulator.Http.GetAsync(Path, HttpStatusCode.Unauthorized, Cancelled);
        using var signed = new HttpRequestMessage(HttpMethod.Get, Path);
        signed.Headers.TryAddWithoutValidation("Authorization", $"AWS4-HMAC-SHA256 Credential={Emulator.AccessKey}/20260101/us-east/s3/aws4_request, SignedHeaders=host, Signature=0");
        (await emulator.Http.SendAsync(signed, Cancelled)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_patch_merges()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        using var s3 = await emulator.S3WithBucketAsync(Bucket, Cancelled);
        await cloud.PatchAsync(Path, new { hard_quota = 1000, metrics_monitoring = new { usage_metrics_enabled = true, metrics_monitoring_crn = "crn:x" } }, HttpStatusCode.OK, Cancelled);
        await cloud.PatchAsync(Path, new { metrics_monitoring = new { request_metrics_enabled = true } }, HttpStatusCode.OK, Cancelled);
        await cloud.PatchAsync(Path, new { activity_tracking = new { management_events = true }, firewall = new { allowed_ip = new[] { "127.0.0.1", "10.142.175.0/22", "::1" } } }, HttpStatusCode.OK, Cancelled);
        var config = await cloud.GetAsync(Path, HttpStatusCode.OK, Cancelled);
        config["hard_quota"]!.GetValue<int>().ShouldBe(1000);
        config["metrics_monitoring"]!["usage_metrics_enabled"]!.GetValue<bool>().ShouldBeTrue();
        config["metrics_monitoring"]!["request_metrics_enabled"]!.GetValue<bool>().ShouldBeTrue();
        config.Text("metrics_monitoring", "metrics_monitoring_crn").ShouldBe("crn:x");
        config["activity_tracking"]!["management_events"]!.GetValue<bool>().ShouldBeTrue();
        config["firewall"]!["allowed_ip"]!.AsArray().Count.ShouldBe(3);

        using (var removed = await cloud.PatchAsync(Path, new StringContent("""{"hard_quota":0,"firewall":null,"metrics_monitoring":{"metrics_monitoring_crn":null}}"""), Cancelled))
        {
            removed.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        await emulator.RestartAsync();
        using var again = await emulator.SignInAsync(Cancelled);
        config = await again.GetAsync(Path, HttpStatusCode.OK, Cancelled);
        config["hard_quota"]!.GetValue<int>().ShouldBe(0);
        config.ContainsKey("firewall").ShouldBeFalse();
        config["metrics_monitoring"]!.AsObject().Select(member => member.Key).ShouldBe(["usage_metrics_enabled", "request_metrics_enabled"]);
    }

    [Fact]
    public async Task If_match_guards_against_lost_changes()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        using var s3 = await emulator.S3WithBucketAsync(Bucket, Cancelled);
        using var first = await cloud.GetAsync(Path, Cancelled);
        var etag = first.Headers.ETag!.Tag;
        (await PatchAsync(etag)).ShouldBe(HttpStatusCode.OK);
        (await PatchAsync(etag)).ShouldBe(HttpStatusCode.PreconditionFailed);
        (await PatchAsync("*")).ShouldBe(HttpStatusCode.OK);
        await emulator.TurnAsync(new { configStatus = 204 }, Cancelled);
        (await PatchAsync("*")).ShouldBe(HttpStatusCode.NoContent);

        async Task<HttpStatusCode> PatchAsync(string version)
        {
            using var request = new HttpRequestMessage(HttpMethod.Patch, Path) { Content = JsonContent.Create(new { hard_quota = 5 }) };
            request.Headers.TryAddWithoutValidation("If-Match", version);
            using var answer = await cloud.SendAsync(request, Cancelled);
            return answer.StatusCode;
        }
    }

    [Theory]
    [InlineData("""{"hard_quota":-1}""", "-1")]
    [InlineData("""{"hard_quota":"much"}""", "hard_quota")]
    [InlineData("""{"firewall":{"allowed_ip":["not-an-address"]}}""", "not-an-address")]
    [InlineData("""{"firewall":{"denied_ip":["10.0.0.0/33"]}}""", "10.0.0.0/33")]
    [InlineData("""{"firewall":{"allowed_network_type":["intranet"]}}""", "intranet")]
    [InlineData("""{"name":"other"}""", "name")]
    [InlineData("""{"firewall":{"allowed":[]}}""", "allowed")]
    public async Task A_patch_that_cannot_be_meant_is_refused_and_changes_nothing(string patch, string word)
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        using var s3 = await emulator.S3WithBucketAsync(Bucket, Cancelled);
        var before = await cloud.GetStringAsync(Path, Cancelled);
        using var refused = await cloud.PatchAsync(Path, new StringContent(patch), Cancelled);
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        JsonNode.Parse(await refused.Content.ReadAsStringAsync(Cancelled))!.Text("message").ShouldContain(word);
        (await cloud.GetStringAsync(Path, Cancelled)).ShouldBe(before);
    }

    [Fact]
    public async Task Only_a_manager_changes_it_and_sees_the_firewall()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var (_, instance, writerKey) = await cloud.ProvisionAsync(emulator, Cancelled);
        using var s3 = emulator.S3(writerKey.Text("credentials", "cos_hmac_keys", "access_key_id"), writerKey.Text("credentials", "cos_hmac_keys", "secret_access_key"));
        await s3.PutBucketAsync(Bucket, Cancelled);
        await cloud.PatchAsync(Path, new { firewall = new { allowed_ip = new[] { "127.0.0.1" } } }, HttpStatusCode.OK, Cancelled);
        foreach (var (role, read, seesFirewall, write) in new[]
        {
            ("Manager", HttpStatusCode.OK, true, HttpStatusCode.OK),
            ("Writer", HttpStatusCode.OK, false, HttpStatusCode.Forbidden),
            ("Reader", HttpStatusCode.OK, false, HttpStatusCode.Forbidden),
            ("Content Reader", HttpStatusCode.Forbidden, false, HttpStatusCode.Forbidden),
            ("Object Writer", HttpStatusCode.Forbidden, false, HttpStatusCode.Forbidden),
        })
        {
            var key = await cloud.CreateKeyAsync(instance.Text("guid"), role, Cancelled);
            using var caller = await emulator.SignInAsync(Cancelled, key.Text("credentials", "apikey"));
            (await caller.GetAsync(Path, read, Cancelled)).ContainsKey("firewall").ShouldBe(seesFirewall, role);
            await caller.PatchAsync(Path, new { hard_quota = 0 }, write, Cancelled);
        }

        var (_, _, strange) = await cloud.ProvisionAsync(emulator, Cancelled, "Manager");
        using var stranger = await emulator.SignInAsync(Cancelled, strange.Text("credentials", "apikey"));
        await stranger.GetAsync(Path, HttpStatusCode.Forbidden, Cancelled);
    }

    [Fact]
    public async Task A_hard_quota_stops_writes_of_every_kind()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        using var s3 = await emulator.S3WithBucketAsync(Bucket, Cancelled);
        await cloud.PatchAsync(Path, new { hard_quota = 100 }, HttpStatusCode.OK, Cancelled);
        await PutAsync(s3, "fits", 60);
        await RefusedAsync(() => PutAsync(s3, "does-not", 60));
        await PutAsync(s3, "fits-too", 40);
        await RefusedAsync(() => s3.CopyObjectAsync(Bucket, "fits", Bucket, "copy", Cancelled));
        await RefusedAsync(() => s3.InitiateMultipartUploadAsync(Bucket, "parts", Cancelled));
        await s3.GetObjectMetadataAsync(Bucket, "fits", Cancelled);

        await emulator.TurnAsync(new { quotaStatus = 507, quotaCode = "InsufficientStorage" }, Cancelled);
        await RefusedAsync(() => PutAsync(s3, "does-not", 1), 507, "InsufficientStorage");
        await s3.DeleteObjectAsync(Bucket, "fits", Cancelled);
        await PutAsync(s3, "again", 1);
        await cloud.PatchAsync(Path, new { hard_quota = 0 }, HttpStatusCode.OK, Cancelled);
        await PutAsync(s3, "large", 1000);

        static async Task RefusedAsync(Func<Task> write, int status = 403, string code = "QuotaExceeded")
        {
            var error = await Should.ThrowAsync<AmazonS3Exception>(write);
            ((int)error.StatusCode, error.ErrorCode).ShouldBe((status, code));
        }
    }

    [Theory]
    [InlineData("""{"allowed_ip":["127.0.0.1"]}""", null, true)]
    [InlineData("""{"allowed_ip":["10.0.0.0/8"]}""", null, false)]
    [InlineData("""{"allowed_ip":["10.0.0.0/8"]}""", "10.9.8.7", true)]
    [InlineData("""{"allowed_ip":["10.142.175.0/22"]}""", "10.142.172.1", true)]
    [InlineData("""{"allowed_ip":["10.142.175.0/22"]}""", "10.142.176.1", false)]
    [InlineData("""{"allowed_ip":["2001:db8::/32"]}""", "2001:db8:1::1", true)]
    [InlineData("""{"allowed_ip":["2001:db8::/32"]}""", "10.0.0.1", false)]
    [InlineData("""{"allowed_ip":[]}""", "10.0.0.1", true)]
    [InlineData("""{"denied_ip":["127.0.0.0/8"]}""", null, false)]
    [InlineData("""{"denied_ip":["10.0.0.0/8"]}""", null, true)]
    [InlineData("""{"allowed_network_type":["public"]}""", null, true)]
    [InlineData("""{"allowed_network_type":["private","direct"]}""", null, false)]
    public async Task A_firewall_decides_by_address_and_network(string firewall, string? address, bool allowed)
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        using var s3 = await emulator.S3WithBucketAsync(Bucket, Cancelled);
        await PutAsync(s3, "k", 1);
        using (var patched = await cloud.PatchAsync(Path, new StringContent($$"""{"firewall":{{firewall}}}"""), Cancelled))
        {
            patched.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, $"/{Bucket}/k");
        request.Headers.Authorization = cloud.DefaultRequestHeaders.Authorization;
        if (address is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", "192.0.2.1, " + address);
        }

        using var answer = await emulator.Http.SendAsync(request, Cancelled);
        answer.StatusCode.ShouldBe(allowed ? HttpStatusCode.OK : HttpStatusCode.Forbidden);
        if (!allowed)
        {
            (await answer.Content.ReadAsStringAsync(Cancelled)).ShouldContain("<Code>AccessDenied</Code>");
        }

        await cloud.PatchAsync(Path, new { firewall = new { allowed_ip = Array.Empty<string>(), denied_ip = Array.Empty<string>(), allowed_network_type = Array.Empty<string>() } }, HttpStatusCode.OK, Cancelled);
        await s3.GetObjectMetadataAsync(Bucket, "k", Cancelled);
    }

    [Fact]
    public async Task The_network_is_that_of_the_endpoints_name()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        using var s3 = await emulator.S3WithBucketAsync(Bucket, Cancelled);
        await PutAsync(s3, "k", 1);
        await cloud.PatchAsync(Path, new { firewall = new { allowed_network_type = new[] { "direct" } } }, HttpStatusCode.OK, Cancelled);
        foreach (var (host, path, expected) in new[]
        {
            ("s3.direct.us-east.cloud-object-storage.appdomain.cloud", $"/{Bucket}/k", HttpStatusCode.OK),
            ($"{Bucket}.s3.direct.us-east.cloud-object-storage.appdomain.cloud", "/k", HttpStatusCode.OK),
            ("s3.private.us-east.cloud-object-storage.appdomain.cloud", $"/{Bucket}/k", HttpStatusCode.Forbidden),
            ("s3.us-east.cloud-object-storage.appdomain.cloud", $"/{Bucket}/k", HttpStatusCode.Forbidden),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Host = host;
            request.Headers.Authorization = cloud.DefaultRequestHeaders.Authorization;
            (await emulator.Http.SendAsync(request, Cancelled)).StatusCode.ShouldBe(expected, host);
        }
    }

    [Theory]
    [InlineData("AES256", "crn:v1:bluemix:public:kms:us-east:a/0123:4567:key:89ab", 200, null)]
    [InlineData("AES256", "crn:v1:bluemix:public:hs-crypto:us-east:a/0123:4567:key:89ab", 200, null)]
    [InlineData("AES128", "crn:v1:bluemix:public:kms:us-east:a/0123:4567:key:89ab", 400, "InvalidArgument")]
    [InlineData("AES256", "crn:v1:bluemix:public:kms:us-east:a/0123:4567::", 400, "InvalidArgument")]
    [InlineData("AES256", "89ab", 400, "InvalidArgument")]
    [InlineData("AES256", null, 400, "InvalidArgument")]
    public async Task A_root_key_must_be_one(string algorithm, string? rootKey, int status, string? code)
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var (answer, text) = await CreateWithKeyAsync(emulator, cloud, algorithm, rootKey);
        answer.ShouldBe(status);
        text.ShouldContain(code is null ? "" : $"<Code>{code}</Code>");
        using var head = new HttpRequestMessage(HttpMethod.Head, "/encrypted");
        head.Headers.Authorization = cloud.DefaultRequestHeaders.Authorization;
        using var described = await emulator.Http.SendAsync(head, Cancelled);
        described.StatusCode.ShouldBe(code is null ? HttpStatusCode.OK : HttpStatusCode.NotFound);
        if (code is null)
        {
            described.Headers.GetValues("ibm-sse-kp-enabled").Single().ShouldBe("True");
            described.Headers.GetValues("ibm-sse-kp-crk-id").Single().ShouldBe(rootKey);
        }
    }

    [Fact]
    public async Task Without_an_authorization_a_root_key_cannot_be_used()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        const string RootKey = "crn:v1:bluemix:public:kms:us-east:a/0123:4567:key:89ab";
        await emulator.TurnAsync(new { keyProtectAuthorized = false }, Cancelled);
        var (status, text) = await CreateWithKeyAsync(emulator, cloud, "AES256", RootKey);
        status.ShouldBe(401);
        text.ShouldContain("<Code>ServiceNotAuthorized</Code>");
        await emulator.TurnAsync(new { keyProtectAuthorized = true }, Cancelled);
        (await CreateWithKeyAsync(emulator, cloud, "AES256", RootKey)).Status.ShouldBe(200);
    }

    private static async Task<(int Status, string Text)> CreateWithKeyAsync(Emulator emulator, HttpClient cloud, string algorithm, string? rootKey)
    {
        var group = (await cloud.RowsAsync(Cloud.Groups + "?default=true", Cancelled))[0].Text("id");
        var instance = await cloud.CreateInstanceAsync(group, "kp", Cancelled);
        using var request = new HttpRequestMessage(HttpMethod.Put, "/encrypted");
        request.Headers.Authorization = cloud.DefaultRequestHeaders.Authorization;
        request.Headers.Add("ibm-service-instance-id", instance.Text("guid"));
        request.Headers.Add("ibm-sse-kp-encryption-algorithm", algorithm);
        if (rootKey is not null)
        {
            request.Headers.Add("ibm-sse-kp-customer-root-key-crn", rootKey);
        }

        using var answer = await emulator.Http.SendAsync(request, Cancelled);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancelled));
    }

    private static Task PutAsync(AmazonS3Client s3, string key, int size) =>
        s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = key, InputStream = new MemoryStream(new byte[size]) }, Cancelled);
}
