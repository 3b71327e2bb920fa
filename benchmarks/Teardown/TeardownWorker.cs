using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TempoCos.Benchmarks.Servers;
using TempoCos.CosProvisioner;
using TempoCos.CosProvisioner.ObjectStorage;
using TempoCos.CosProvisioner.ObjectStorage.Emptying;
using TempoCos.CosProvisioner.ResourceController;

namespace TempoCos.Benchmarks.Teardown;

/// <summary>Empties a bucket in one way or the other, in a process of its own, so that its memory is its own.</summary>
internal static class TeardownWorker
{
    public const string Name = "teardown-worker";

    /// <summary>As the provisioner does.</summary>
    public const string Batched = "batched";

    /// <summary>One DELETE after the other, on a connection that is kept.</summary>
    public const string OneByOne = "one-by-one";

    public static Command CreateCommand()
    {
        var way = new Argument<string>("way");
        var endpoint = new Argument<string>("endpoint");
        var bucket = new Argument<string>("bucket");
        var command = new Command(Name, "Used by the benchmark 'teardown'.") { way, endpoint, bucket };
        command.Hidden = true;
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var result = await RunAsync(parsed.GetRequiredValue(way), parsed.GetRequiredValue(endpoint), parsed.GetRequiredValue(bucket), cancellationToken);
            Console.WriteLine(JsonSerializer.Serialize(result));
            return ExitCode.Success;
        });
        return command;
    }

    private static async Task<TeardownResult> RunAsync(string way, string endpoint, string bucket, CancellationToken cancellationToken)
    {
        // Both ways speak through the provisioner's own client, with its retries.
        var services = new ServiceCollection();
        services.AddSingleton(TimeProvider.System).AddLogging().AddCosProvisioner(new ConfigurationBuilder().Build());
        await using var provider = services.BuildServiceProvider();
        using var store = provider.GetRequiredService<ObjectStore>().WithHmac(
            new StorageLocation("us-east", "public", endpoint), new HmacKey(ObjectStoreServer.AccessKey, ObjectStoreServer.SecretKey));

        // The first request is for the compiler.
        await store.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket, MaxKeys = 1 }, cancellationToken);
        using var process = Process.GetCurrentProcess();
        var before = ProcessUsage.Of(process);
        var clock = Stopwatch.StartNew();
        var objects = way == Batched ? await EmptyAsync(store, bucket, cancellationToken) : await DeleteOneByOneAsync(store, bucket, cancellationToken);
        var seconds = clock.Elapsed.TotalSeconds;
        var after = ProcessUsage.Of(process);
        return new TeardownResult(seconds, after.CpuSeconds - before.CpuSeconds, after.PeakRssMegabytes, objects);
    }

    private static async Task<long> EmptyAsync(AmazonS3Client store, string bucket, CancellationToken cancellationToken)
    {
        var emptier = new BucketEmptier(store, bucket, new EmptyingOptions(), TimeProvider.System);
        await emptier.EmptyAsync(cancellationToken);
        return emptier.Deleted;
    }

    private static async Task<long> DeleteOneByOneAsync(AmazonS3Client store, string bucket, CancellationToken cancellationToken)
    {
        var deleted = 0L;
        var request = new ListObjectsV2Request { BucketName = bucket };
        ListObjectsV2Response page;
        do
        {
            page = await store.ListObjectsV2Async(request, cancellationToken);
            foreach (var found in page.S3Objects ?? [])
            {
                await store.DeleteObjectAsync(bucket, found.Key, cancellationToken);
                deleted++;
            }

            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true);
        return deleted;
    }
}
