using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace TempoCos.Benchmarks.Servers;

/// <summary>The sandbox's object store as a process on loopback; disposing ends it.</summary>
internal sealed class ObjectStoreServer : IAsyncDisposable
{
    public const string AccessKey = "benchmark";
    public const string SecretKey = "benchmark-secret";

    private const int FillersAtOnce = 8;
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan EndDeadline = TimeSpan.FromSeconds(10);
    private readonly Process _process;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly AmazonS3Client _client;

    private ObjectStoreServer(Process process, Uri address)
    {
        _process = process;
        Address = address;
        _client = new AmazonS3Client(
            new BasicAWSCredentials(AccessKey, SecretKey), new AmazonS3Config { ServiceURL = address.ToString(), ForcePathStyle = true, AuthenticationRegion = "us-east" });
    }

    public Uri Address { get; }

    public ProcessUsage Usage => ProcessUsage.Of(_process);

    public static async Task<ObjectStoreServer> StartAsync(string data, CancellationToken cancellationToken)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var assembly = Path.Combine(Repository.Root, "sandbox", "IbmCloud", "bin", output.Parent!.Name, output.Name, "TempoCos.IbmCloud.dll");
        if (!File.Exists(assembly))
        {
            throw new EnvironmentException($"the sandbox's object store is not built: {assembly}", "Build benchmarks/TempoCos.Benchmarks.csproj, which builds it too.");
        }

        var info = new TempoProgram(assembly).StartInfo(["--port", "0", "--data", data, "--hmac", $"{AccessKey}:{SecretKey}"]);
        var process = Process.Start(info)!;
        StartedProcesses.Add(process);
        var address = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.StartsWith("listening on ", StringComparison.Ordinal) == true)
            {
                address.TrySetResult(new Uri(line.Data["listening on ".Length..]));
            }
        };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            return new ObjectStoreServer(process, await address.Task.WaitAsync(StartDeadline, cancellationToken));
        }
        catch
        {
            process.Kill();
            StartedProcesses.Remove(process);
            process.Dispose();
            throw;
        }
    }

    /// <summary>Makes the bucket with so many objects of a few bytes, named as Tempo names its blocks.</summary>
    public async Task FillAsync(string bucket, int objects, CancellationToken cancellationToken)
    {
        await _client.PutBucketAsync(bucket, cancellationToken);
        await Parallel.ForAsync(0, objects, new ParallelOptions { MaxDegreeOfParallelism = FillersAtOnce, CancellationToken = cancellationToken }, async (i, stop) =>
            await _client.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = $"single-tenant/{i / 4:x8}-0000-4000-8000-000000000000/{i % 4}", ContentBody = "block" }, stop));
    }

    /// <summary>Removes the bucket; it must be empty.</summary>
    public Task RemoveAsync(string bucket, CancellationToken cancellationToken) => _client.DeleteBucketAsync(bucket, cancellationToken);

    /// <summary>From now on every request is answered later by this much.</summary>
    public async Task DelayAsync(int milliseconds, CancellationToken cancellationToken)
    {
        using var set = await _http.PostAsJsonAsync(
            new Uri(Address, "/_/admin/faults"), new { operation = "*", delayMilliseconds = milliseconds }, JsonSerializerOptions.Web, cancellationToken);
        set.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _http.Dispose();
        if (!_process.HasExited)
        {
            // Nothing of its state is needed any more.
            _process.Kill();
            using var deadline = new CancellationTokenSource(EndDeadline);
            await _process.WaitForExitAsync(deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        StartedProcesses.Remove(_process);
        _process.Dispose();
    }
}
