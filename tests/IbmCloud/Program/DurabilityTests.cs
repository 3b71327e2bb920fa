using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using TempoCos.IbmCloud.Tests.Support;

namespace TempoCos.IbmCloud.Tests.Program;

public sealed class DurabilityTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everything_survives_a_restart()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var (group, instance, key) = await cloud.ProvisionAsync(emulator, Cancelled);
        var (access, secret) = (key.Text("credentials", "cos_hmac_keys", "access_key_id"), key.Text("credentials", "cos_hmac_keys", "secret_access_key"));
        using (var before = emulator.S3(access, secret))
        {
            await before.PutBucketAsync("survivor", Cancelled);
            await before.PutObjectAsync(new PutObjectRequest { BucketName = "survivor", Key = "k", ContentBody = "still here" }, Cancelled);
        }

        var token = await emulator.TokenAsync(Emulator.ApiKey, Cancelled);
        var inventory = (await emulator.InventoryAsync(Cancelled)).ToJsonString();
        await emulator.RestartAsync();
        (await emulator.InventoryAsync(Cancelled)).ToJsonString().ShouldBe(inventory);

        using var after = emulator.S3(access, secret);
        using var got = await after.GetObjectAsync("survivor", "k", Cancelled);
        using var reader = new StreamReader(got.ResponseStream);
        (await reader.ReadToEndAsync(Cancelled)).ShouldBe("still here");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Cloud.Instances}/{instance.Text("guid")}");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        using var response = await emulator.Http.SendAsync(request, Cancelled);
        (await response.Content.ReadAsStringAsync(Cancelled)).ShouldContain(group);
    }

    [Fact]
    public async Task A_kill_in_the_middle_of_a_put_leaves_the_object_as_it_was()
    {
        using var directory = new TemporaryDirectory();
        string[] arguments = ["--data", directory["state"], "--hmac", "local:secret"];
        await using (var program = EmulatorProcess.Start(arguments))
        {
            var url = await program.ListeningAsync(Cancelled);
            using var s3 = S3(url);
            await s3.PutBucketAsync("killed", Cancelled);
            await s3.PutObjectAsync(new PutObjectRequest { BucketName = "killed", Key = "old", ContentBody = "whole" }, Cancelled);

            using var http = new HttpClient();
            using var ended = new CancellationTokenSource();
            var puts = new[] { "old", "new" }.Select(key => PutHalfAsync(http, s3, key, ended.Token)).ToArray();
            var drafts = Path.Combine(directory["state"], "cos", "drafts");
            await UntilAsync(() => Directory.GetFiles(drafts).Count(file => new FileInfo(file).Length > 0) == 2, "two half-written drafts");
            program.Kill();
            await program.ExitCodeAsync(Cancelled);
            await ended.CancelAsync();
            (await Task.WhenAll(puts)).ShouldAllBe(acknowledged => !acknowledged);
        }

        await using var again = EmulatorProcess.Start(arguments);
        using var client = S3(await again.ListeningAsync(Cancelled));
        var listed = await client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "killed" }, Cancelled);
        listed.S3Objects.ShouldHaveSingleItem().Key.ShouldBe("old");
        using var got = await client.GetObjectAsync("killed", "old", Cancelled);
        using var reader = new StreamReader(got.ResponseStream);
        (await reader.ReadToEndAsync(Cancelled)).ShouldBe("whole");
        Directory.EnumerateFileSystemEntries(Path.Combine(directory["state"], "cos", "drafts")).ShouldBeEmpty();
    }

    /// <summary>Whether the store said that it has the object.</summary>
    private static async Task<bool> PutHalfAsync(HttpClient http, AmazonS3Client s3, string key, CancellationToken ended)
    {
        var url = s3.GetPreSignedURL(new GetPreSignedUrlRequest { BucketName = "killed", Key = key, Verb = HttpVerb.PUT, Expires = DateTime.UtcNow.AddMinutes(5), Protocol = Protocol.HTTP });
        using var request = new HttpRequestMessage(HttpMethod.Put, url) { Content = new HalfContent(ended) };
        try
        {
            using var response = await http.SendAsync(request, ended);
            return response.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    private static AmazonS3Client S3(string url) => new(
        new BasicAWSCredentials("local", "secret"),
        new AmazonS3Config { ServiceURL = url, ForcePathStyle = true, AuthenticationRegion = "us-east", MaxErrorRetry = 0 });

    private static async Task UntilAsync(Func<bool> condition, string what)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        while (!condition())
        {
            try
            {
                await Task.Delay(20, deadline.Token);
            }
            catch (OperationCanceledException) when (!Cancelled.IsCancellationRequested)
            {
                throw new TimeoutException($"waited a minute for {what}");
            }
        }
    }

    /// <summary>A body of one megabyte, of which the second half never comes.</summary>
    private sealed class HalfContent(CancellationToken ended) : HttpContent
    {
        private const int Size = 1 << 20;

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(new byte[Size / 2], Cancelled);
            await stream.FlushAsync(Cancelled);
            await Task.Delay(Timeout.Infinite, ended);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = Size;
            return true;
        }
    }
}
