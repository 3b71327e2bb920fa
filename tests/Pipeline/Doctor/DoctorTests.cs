using System.Text.Json.Nodes;
using Amazon.Runtime;
using Amazon.S3;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using TempoCos.IbmCloud;
using TempoCos.Pipeline.Tests.Blocks;

namespace TempoCos.Pipeline.Tests.Doctor;

/// <summary><c>tempocos doctor</c> on a store, as a user runs it.</summary>
public sealed class DoctorTests : IAsyncLifetime
{
    private const string AccessKey = "AKIDDOCTOR";
    private const string SecretKey = "a-secret-that-nobody-prints";
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tempocos-doctor-");
    private WebApplication _cloud = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Endpoint => _cloud.Urls.Single();

    public async ValueTask InitializeAsync()
    {
        _cloud = IbmCloudApp.Create(new IbmCloudOptions { DataDirectory = _directory.FullName, Hmac = [new HmacSeed(AccessKey, SecretKey)], LogLevel = LogLevel.Error });
        await _cloud.StartAsync(Ct);
        using var client = Client();
        await client.PutBucketAsync("tempo", Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await _cloud.StopAsync(CancellationToken.None);
        await _cloud.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task A_sound_store_is_exit_code_0_and_each_check_a_line()
    {
        var run = (await RunAsync("s3://tempo/a/b", "--s3-endpoint", Endpoint, "--strict")).ShouldEnd(0);

        foreach (var id in (string[])["TC201", "TC202", "TC203", "TC204", "TC205", "TC206", "TC207", "TC208", "TC209", "TC210", "TC502"])
        {
            run.Out.ShouldContain($"pass    {id} ");
        }

        run.Out.ShouldContain("11 passed, 0 warnings, 0 failed");
        using var client = Client();
        (await client.ListObjectsV2Async(new() { BucketName = "tempo" }, Ct)).KeyCount.ShouldBe(0);
    }

    [Fact]
    public async Task A_failure_is_exit_code_1_with_its_fix_unless_it_is_ignored()
    {
        await FailAsync("""{"operation":"ListObjectsV2","query":{"prefix":"*-listing-order-"},"unsorted":true}""");

        var failed = (await RunAsync("s3://tempo", "--s3-endpoint", Endpoint)).ShouldEnd(1);
        failed.Out.ShouldContain("fail    TC206");
        failed.Out.ShouldContain("fix: Set storage.trace.s3.list_blocks_concurrency to 1");
        failed.Out.ShouldContain("tempocos explain TC206");

        (await RunAsync("s3://tempo", "--s3-endpoint", Endpoint, "--ignore", "tc206")).ShouldEnd(0).Out.ShouldContain("warning TC206");
        (await RunAsync("s3://tempo", "--s3-endpoint", Endpoint, "--ignore", "TC204,TC206", "--strict")).ShouldEnd(1);
    }

    [Fact]
    public async Task The_json_document_is_as_its_schema_says_and_holds_no_secret()
    {
        await FailAsync("""{"operation":"GetObject","key":"*-integrity-*","corrupt":true}""");

        var run = (await RunAsync("s3://tempo", "--s3-endpoint", $"{Endpoint}/", "--format", "json")).ShouldEnd(1);

        var schema = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "doctor.schema.json"), Ct))!;
        var document = JsonNode.Parse(run.Out)!;
        Schema.Errors(schema, document).ShouldBeEmpty();
        document["checks"]!.AsArray().Where(check => (string?)check!["severity"] != "pass").Select(check => (string?)check!["id"]).ShouldBe(["TC201", "TC209"]);
        $"{run.Out}{run.Error}".ShouldNotContain(SecretKey);

        document["worst"] = "perhaps";
        document["checks"]![0]!["id"] = "201";
        Schema.Errors(schema, document).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_store_that_is_not_there_is_a_failed_check_and_everything_else_is_not_asked()
    {
        var run = (await RunAsync("s3://tempo", "--s3-endpoint", "http://127.0.0.1:1")).ShouldEnd(1);

        run.Out.ShouldContain("fail    TC202");
        run.Out.ShouldContain("cause: refused");
        run.Out.ShouldContain("9 not asked");
    }

    [Theory]
    [InlineData(2, "TC241", "./somewhere")]
    [InlineData(2, "TC247", "s3://tempo", "--s3-endpoint", "nonsense://x")]
    [InlineData(2, "TC247", "s3://tempo", "--s3-ca", "no-such-file.pem")]
    [InlineData(2, "did you mean TC201", "s3://tempo", "--ignore", "TC20")]
    [InlineData(2, "not both", "s3://tempo", "--run", "rsome")]
    public async Task Wrong_usage_is_one_clear_error(int exitCode, string says, params string[] arguments) =>
        (await RunAsync(arguments)).ShouldEnd(exitCode).Error.ShouldContain(says);

    [Fact]
    public async Task Without_a_key_the_environment_is_to_blame()
    {
        using var process = BlocksRun.StartCommand("doctor", [], "s3://tempo", "--s3-endpoint", Endpoint);

        (await BlocksRun.EndAsync(process)).ShouldEnd(3).Error.ShouldContain("TC224");
    }

    [Fact]
    public async Task An_interrupted_examination_leaves_nothing_and_ends_with_130()
    {
        await FailAsync("""{"operation":"GetObject","key":"*","delayMilliseconds":3000}""");
        using var process = BlocksRun.StartCommand("doctor", Environment, "s3://tempo", "--s3-endpoint", Endpoint);
        using var client = Client();
        while ((await client.ListObjectsV2Async(new() { BucketName = "tempo" }, Ct)).KeyCount == 0)
        {
            process.HasExited.ShouldBeFalse("it should be writing canaries");
            await Task.Delay(20, Ct);
        }

        using (var kill = System.Diagnostics.Process.Start("kill", ["-INT", $"{process.Id}"]))
        {
            await kill.WaitForExitAsync(Ct);
        }

        (await BlocksRun.EndAsync(process)).ShouldEnd(130);
        (await client.ListObjectsV2Async(new() { BucketName = "tempo" }, Ct)).KeyCount.ShouldBe(0);
    }

    private static Dictionary<string, string> Environment => new() { ["AWS_ACCESS_KEY_ID"] = AccessKey, ["AWS_SECRET_ACCESS_KEY"] = SecretKey };

    private static async Task<BlocksRun> RunAsync(params string[] arguments)
    {
        using var process = BlocksRun.StartCommand("doctor", Environment, arguments);
        return await BlocksRun.EndAsync(process);
    }

    private async Task FailAsync(string fault)
    {
        using var http = new HttpClient();
        using var answer = await http.PostAsync(new Uri($"{Endpoint}/_/admin/faults"), new StringContent(fault, null, "application/json"), Ct);
        answer.IsSuccessStatusCode.ShouldBeTrue();
    }

    private AmazonS3Client Client() => new(
        new BasicAWSCredentials(AccessKey, SecretKey), new AmazonS3Config { ServiceURL = Endpoint, ForcePathStyle = true, AuthenticationRegion = "us-east" });
}
