using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.S3;
using TempoCos.TempoBlocks;

namespace TempoCos.Pipeline.Tests.Blocks;

/// <summary>The same commands on a bucket, over S3.</summary>
public sealed class BucketTests
{
    private const string AccessKey = "AKIDBLOCKS";
    private const string SecretKey = "a-secret-that-nobody-prints";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_command_works_on_a_bucket_as_on_a_directory()
    {
        using var folder = await BlocksFolder.CreateAsync();
        await using var cloud = await BucketCloud.StartAsync(AccessKey, SecretKey);
        var endpoint = cloud.Endpoint;
        using var client = Client(endpoint);
        await client.PutBucketAsync("tempo", Ct);
        await CopyAsync(folder.Store, new S3BlockStore(client, "tempo", "a/b"));
        var environment = new Dictionary<string, string> { ["AWS_ACCESS_KEY_ID"] = AccessKey, ["AWS_SECRET_ACCESS_KEY"] = SecretKey, ["AWS_ENDPOINT_URL"] = endpoint };

        foreach (var arguments in (string[][])[["list"], ["list", "--spans"], ["show", "db6c", "--attributes", "false"], ["trace", "1"], ["verify"], ["verify", "--quick"], ["export"]])
        {
            var remote = (await BlocksRun.RunAsync(environment, [.. arguments, "s3://tempo/a/b"])).ShouldEnd(0);
            var local = (await BlocksRun.RunAsync([.. arguments, folder.Path])).ShouldEnd(0);
            remote.Out.ShouldBe(local.Out);
        }

        (await BlocksRun.RunAsync(environment, "list", "--s3-path-style", "s3://tempo/a/b/", "--format", "json")).ShouldEnd(0).Json.GetProperty("blocks").GetArrayLength().ShouldBe(2);
        await client.DeleteObjectAsync("tempo", $"a/b/{BlockKeys.Data(BlocksFolder.Tenant, BlocksFolder.Small)}", Ct);
        (await BlocksRun.RunAsync(environment, "verify", "s3://tempo/a/b")).ShouldEnd(1).Out.ShouldContain("data.parquet is missing");
    }

    [Fact]
    public async Task Keys_come_from_options_a_file_or_a_profile_and_are_never_shown()
    {
        using var folder = await BlocksFolder.CreateAsync();
        await using var cloud = await BucketCloud.StartAsync(AccessKey, SecretKey);
        var endpoint = cloud.Endpoint;
        using var client = Client(endpoint);
        await client.PutBucketAsync("tempo", Ct);
        await CopyAsync(folder.Store, new S3BlockStore(client, "tempo"));
        var file = Path.Combine(folder.Path, "key");
        await File.WriteAllTextAsync(file, SecretKey + "\n", Ct);
        var profile = Path.Combine(folder.Path, "credentials");
        await File.WriteAllTextAsync(profile, $"[blocks]\naws_access_key_id = {AccessKey}\naws_secret_access_key = {SecretKey}\n", Ct);

        string[] list = ["list", "s3://tempo", "--s3-endpoint", endpoint];
        (await BlocksRun.RunAsync([.. list, "--s3-access-key", AccessKey, "--s3-secret-key", SecretKey])).ShouldEnd(0);
        (await BlocksRun.RunAsync([.. list, "--s3-access-key", AccessKey, "--s3-secret-key", "@" + file])).ShouldEnd(0);
        (await BlocksRun.RunAsync(new() { ["AWS_SHARED_CREDENTIALS_FILE"] = profile, ["AWS_PROFILE"] = "blocks" }, list)).ShouldEnd(0);

        (await BlocksRun.RunAsync(list)).ShouldEnd(3).Error.ShouldContain("TC224");
        (await BlocksRun.RunAsync([.. list, "--s3-access-key", AccessKey])).ShouldEnd(2).Error.ShouldContain("TC247");
        foreach (var (id, secret) in new[] { (AccessKey, SecretKey + "x"), ("AKIDOTHER", SecretKey) })
        {
            var refused = (await BlocksRun.RunAsync([.. list, "--s3-access-key", id, "--s3-secret-key", secret])).ShouldEnd(3);
            refused.Error.ShouldContain("TC213");
            (refused.Out + refused.Error).ShouldNotContain(SecretKey);
        }
    }

    [Fact]
    public async Task What_the_environment_lacks_is_exit_code_3()
    {
        using var folder = await BlocksFolder.CreateAsync();
        await using var cloud = await BucketCloud.StartAsync(AccessKey, SecretKey);
        string[] key = ["--s3-access-key", AccessKey, "--s3-secret-key", SecretKey];

        (await BlocksRun.RunAsync(["verify", "s3://no-such-bucket", "--s3-endpoint", cloud.Endpoint, .. key])).ShouldEnd(3).Error.ShouldContain("TC223");
        (await BlocksRun.RunAsync(["list", "s3://tempo", "--s3-endpoint", "http://127.0.0.1:1", .. key])).ShouldEnd(3).Error.ShouldContain("TC214");
        (await BlocksRun.RunAsync(["list", "s3://tempo", "--s3-endpoint", "http://user:word@127.0.0.1", .. key])).ShouldEnd(2).Error.ShouldNotContain("word");
        (await BlocksRun.RunAsync("list", "gs://tempo")).ShouldEnd(2).Error.ShouldContain("TC241");
        (await BlocksRun.RunAsync("list", "s3:///prefix")).ShouldEnd(2).Error.ShouldContain("TC241");
    }

    [Fact]
    public async Task An_interrupt_ends_with_130()
    {
        // It takes the connection and never answers.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var process = BlocksRun.Start(
            new() { ["AWS_ACCESS_KEY_ID"] = AccessKey, ["AWS_SECRET_ACCESS_KEY"] = SecretKey }, "list", "s3://tempo", "--s3-endpoint", $"http://{silent.LocalEndpoint}");
        using var connection = await silent.AcceptTcpClientAsync(Ct);
        using (var kill = System.Diagnostics.Process.Start("kill", ["-INT", $"{process.Id}"]))
        {
            await kill.WaitForExitAsync(Ct);
        }

        var run = (await BlocksRun.EndAsync(process)).ShouldEnd(130);
        run.Out.ShouldBeEmpty();
    }

    private static AmazonS3Client Client(string endpoint) => new(
        new BasicAWSCredentials(AccessKey, SecretKey), new AmazonS3Config { ServiceURL = endpoint, ForcePathStyle = true, AuthenticationRegion = "us-east-1" });

    private static async Task CopyAsync(IBlockStore from, S3BlockStore to)
    {
        await foreach (var entry in from.ListAsync("", Ct))
        {
            await to.WriteAsync(entry.Key, await from.ReadAsync(entry.Key, Ct), Ct);
        }
    }
}
