using Amazon.S3.Model;
using TempoCos.Contracts;

namespace TempoCos.CosProvisioner.Tests;

/// <summary>A bucket at any store that speaks S3, with credentials that were given: the emulator's S3 alone, and another server where the environment names one.</summary>
public sealed class S3ProviderTests
{
    [Fact]
    public async Task The_sandbox_serves_as_any_store()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await ProveAsync(sandbox, sandbox.Url, Sandbox.Hmac.AccessKeyId, Sandbox.Hmac.SecretAccessKey, "us-east-standard");
    }

    [Fact]
    public async Task Another_server_serves_as_well()
    {
        var (endpoint, accessKey, secretKey) = (Variable("TEMPOCOS_S3_ENDPOINT"), Variable("TEMPOCOS_S3_ACCESS_KEY"), Variable("TEMPOCOS_S3_SECRET_KEY"));
        Assert.SkipWhen(endpoint.Length == 0, "TEMPOCOS_S3_ENDPOINT names no S3 server");
        await using var sandbox = await Sandbox.StartAsync();
        await ProveAsync(sandbox, endpoint, accessKey, secretKey, Variable("TEMPOCOS_S3_REGION"));

        static string Variable(string name) => Environment.GetEnvironmentVariable(name) ?? "";
    }

    [Fact]
    public async Task Nothing_but_the_store_and_the_cluster_is_asked()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var wire = new Wire();
        await using var host = await ServiceHost.StartAsync(sandbox, wire, settings: Credentials(Sandbox.Hmac.AccessKeyId, Sandbox.Hmac.SecretAccessKey));

        await host.ProvisionAsync(Request(sandbox.Url, "rs3only"));
        (await host.DeprovisionAsync("rs3only")).Leftovers.ShouldBeEmpty();

        wire.Requests.ShouldNotContain(request => request.Contains("/_/"));
    }

    [Fact]
    public async Task The_variables_of_other_tools_are_read_too()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var host = await ServiceHost.StartAsync(sandbox, settings: new Dictionary<string, string?>
        {
            ["AWS_ACCESS_KEY_ID"] = Sandbox.Hmac.AccessKeyId,
            ["AWS_SECRET_ACCESS_KEY"] = Sandbox.Hmac.SecretAccessKey,
            ["AWS_REGION"] = "us-east-standard",
        });

        (await host.ProvisionAsync(Request(sandbox.Url, "rs3aws"))).Bucket.ShouldBe("tempocos-rs3aws");
        (await host.DeprovisionAsync("rs3aws")).Leftovers.ShouldBeEmpty();
    }

    public static TheoryData<ProvisionRequest, string, string> BadInput => new()
    {
        { new() { RunId = "rbad", Provider = "s4" }, "TC120", "provider s4" },
        { new() { RunId = "rbad", Provider = "s3" }, "TC120", "s3 endpoint ''" },
        { new() { RunId = "rbad", Provider = "s3", S3Endpoint = "s3.example.com" }, "TC120", "s3.example.com" },
        { new() { RunId = "rbad", Provider = "s3", S3Endpoint = "https://s3.example.com/bucket" }, "TC120", "without a path" },
        { new() { RunId = "rbad", Provider = "s3", S3Endpoint = "http://127.0.0.1:9", HardQuotaBytes = 5 }, "TC120", "--hard-quota" },
        { new() { RunId = "rbad", Provider = "s3", S3Endpoint = "http://127.0.0.1:9", Bucket = "Upper" }, "TC212", "Upper" },
        { new() { RunId = "rbad", Provider = "s3", S3Endpoint = "http://127.0.0.1:9" }, "TC214", "127.0.0.1:9" },
    };

    [Theory]
    [MemberData(nameof(BadInput))]
    public async Task Bad_input_is_named(ProvisionRequest request, string code, string said)
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var host = await ServiceHost.StartAsync(sandbox, settings: Credentials("an-access-key", "a-secret-that-nobody-says"));

        var diagnostic = await host.DiagnoseAsync(request);

        diagnostic.Code.ShouldBe(code, diagnostic.Message);
        diagnostic.Message.ShouldContain(said);
        diagnostic.Message.ShouldNotContain("a-secret-that-nobody-says");
        (await host.DeprovisionAsync("rbad")).Leftovers.ShouldBeEmpty();
    }

    [Fact]
    public async Task Missing_credentials_are_named()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var host = await ServiceHost.StartAsync(sandbox, settings: new Dictionary<string, string?> { ["S3:AccessKeyId"] = "only-this" });

        var diagnostic = await host.DiagnoseAsync(Request(sandbox.Url, "rnokey"));

        diagnostic.Code.ShouldBe("TC224");
        diagnostic.Fix.ShouldContain("S3__SecretAccessKey");
    }

    [Theory]
    [InlineData("nobody-knows-this-key", "TC213", "InvalidAccessKeyId")]
    [InlineData("", "TC213", "SignatureDoesNotMatch")]
    public async Task Wrong_credentials_are_named_at_once(string accessKey, string code, string said)
    {
        await using var sandbox = await Sandbox.StartAsync();
        var key = accessKey.Length > 0 ? accessKey : Sandbox.Hmac.AccessKeyId;
        await using var host = await ServiceHost.StartAsync(sandbox, settings: Credentials(key, "a-secret-that-nobody-says"));

        var diagnostic = await host.DiagnoseAsync(Request(sandbox.Url, "rwrong"));

        diagnostic.Code.ShouldBe(code, diagnostic.Message);
        diagnostic.Message.ShouldContain(said);
        diagnostic.Message.ShouldNotContain("a-secret-that-nobody-says");
        host.Log.Text.ShouldNotContain("a-secret-that-nobody-says");
    }

    public static TheoryData<string, string, string> Roles => new()
    {
        { "Reader", "write, delete", "read, list" },
        { "Content Reader", "write, delete", "read, list" },
        { "Object Reader", "write, list, delete", "read" },
        { "Object Writer", "read, list, delete", "write" },
    };

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task A_key_without_all_rights_is_told_which_are_missing(string role, string denied, string allowed)
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var provisioner = new Provisioner(sandbox);
        var instance = await Foreign.InstanceAsync(provisioner, (await Foreign.GroupAsync(provisioner, "theirs")).Id, "theirs");
        await Foreign.BucketAsync(provisioner, instance, "bucket-for-this-key");
        var key = (await Foreign.KeyAsync(provisioner, instance, "weak-key", role: role)).Credentials!.CosHmacKeys!;
        await using var host = await ServiceHost.StartAsync(sandbox, settings: Credentials(key.AccessKeyId, key.SecretAccessKey));
        var request = Request(sandbox.Url, "rweak");
        request.Bucket = "bucket-for-this-key";
        request.Adopt.Add("bucket");

        var diagnostic = await host.DiagnoseAsync(request);

        diagnostic.Code.ShouldBe("TC231", diagnostic.Message);
        diagnostic.Reason.ShouldContain($"denied {denied}, and allowed {allowed}");
        diagnostic.Fix.ShouldContain("Writer");
        (await host.DeprovisionAsync("rweak")).Leftovers.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_key_without_any_right_is_told_so()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var provisioner = new Provisioner(sandbox);
        var instance = await Foreign.InstanceAsync(provisioner, (await Foreign.GroupAsync(provisioner, "theirs")).Id, "theirs");
        await Foreign.BucketAsync(provisioner, instance, "bucket-for-no-key");
        var key = (await Foreign.KeyAsync(provisioner, instance, "no-key", role: "None")).Credentials!.CosHmacKeys!;
        await using var host = await ServiceHost.StartAsync(sandbox, settings: Credentials(key.AccessKeyId, key.SecretAccessKey));
        var request = Request(sandbox.Url, "rnone");

        (await host.DiagnoseAsync(request)).Code.ShouldBe("TC215");
        request.Bucket = "bucket-for-no-key";
        var diagnostic = await host.DiagnoseAsync(request);

        diagnostic.Code.ShouldBe("TC231");
        diagnostic.Reason.ShouldContain("allowed nothing");
    }

    private static async Task ProveAsync(Sandbox sandbox, string endpoint, string accessKey, string secretKey, string region)
    {
        var settings = Credentials(accessKey, secretKey);
        settings["S3:Region"] = region;
        settings["IbmCloud:ApiKey"] = "";
        await using var host = await ServiceHost.StartAsync(sandbox, settings: settings);
        var runId = $"rs3{Guid.NewGuid():n}"[..14];
        var request = Request(endpoint, runId);
        var store = S3.Client(endpoint, accessKey, secretKey);

        // Somebody else's bucket, of a name that another run would derive, is not taken for this run's.
        var theirs = $"tempocos-{runId}";
        await store.PutBucketAsync(new PutBucketRequest { BucketName = theirs, BucketRegionName = region.Length > 0 ? region : null, UseClientRegion = false }, TestContext.Current.CancellationToken);
        (await host.DiagnoseAsync(request)).Code.ShouldBe("TC226");
        (await host.DeprovisionAsync(runId)).Leftovers.ShouldBeEmpty();
        (await BucketsAsync()).ShouldBe([theirs]);

        // Adopted, it is emptied and stays.
        request.Adopt.Add("bucket");
        await DeprovisionTests.FillAsync(sandbox, await host.ProvisionAsync(request), objects: 3, uploads: 1);
        (await host.ProvisionAsync(request)).Adopted.ShouldContain("bucket");
        (await host.DeprovisionAsync(runId)).ObjectsDeleted.ShouldBe(3);
        (await BucketsAsync()).ShouldBe([theirs]);
        await store.PutObjectAsync(new PutObjectRequest { BucketName = theirs, Key = "precious", ContentBody = "theirs" }, TestContext.Current.CancellationToken);
        (await host.DiagnoseAsync(request)).Code.ShouldBe("TC227");
        (await host.DeprovisionAsync(runId)).Leftovers.ShouldBeEmpty();
        await store.DeleteObjectAsync(theirs, "precious", TestContext.Current.CancellationToken);
        await store.DeleteBucketAsync(theirs, TestContext.Current.CancellationToken);

        // Made by the run, it goes with the run.
        request = Request(endpoint, runId + "b");
        var provisioned = await host.ProvisionAsync(request);
        provisioned.Endpoint.ShouldBe(endpoint.TrimEnd('/'));
        await DeprovisionTests.FillAsync(sandbox, provisioned, objects: 3, uploads: 1);
        (await host.ProvisionAsync(request)).Adopted.ShouldContain("bucket");
        (await host.DeprovisionAsync(request.RunId)).Removed.ShouldContain($"bucket {provisioned.Bucket}");
        (await BucketsAsync()).ShouldBeEmpty();

        // Others may have buckets there, which come and go meanwhile.
        async Task<List<string>> BucketsAsync() =>
            [.. ((await store.ListBucketsAsync(TestContext.Current.CancellationToken)).Buckets ?? []).Select(bucket => bucket.BucketName).Where(name => name.Contains(runId, StringComparison.Ordinal))];
    }

    private static ProvisionRequest Request(string endpoint, string runId) => new() { RunId = runId, Provider = "s3", S3Endpoint = endpoint };

    private static Dictionary<string, string?> Credentials(string accessKey, string secretKey) => new() { ["S3:AccessKeyId"] = accessKey, ["S3:SecretAccessKey"] = secretKey };
}
