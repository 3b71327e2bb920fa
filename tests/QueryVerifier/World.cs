using Amazon.Runtime;
using Amazon.S3;
using k8s;
using k8s.Models;
using Microsoft.AspNetCore.Builder;
using TempoCos.Cluster;
using TempoCos.IbmCloud;

namespace TempoCos.QueryVerifier.Tests;

/// <summary>An object store and a cluster that the tests share; each test has buckets, Secrets and Tempos of its own.</summary>
public sealed class World : IAsyncLifetime
{
    public const string Namespace = "tempocos-test";
    public const string AccessKey = "verifier-test";
    public const string SecretKey = "verifier-test-secret";

    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"tempocos-verifier-{Guid.NewGuid():n}");
    private WebApplication? _cloud;
    private WebApplication? _cluster;
    private int _buckets;

    public string Kubeconfig => Path.Combine(_directory, "kubeconfig");

    public string StoreUrl => _cloud!.Urls.First();

    public AmazonS3Client S3 { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(_directory);
        _cloud = IbmCloudApp.Create(new IbmCloudOptions { DataDirectory = NewDirectory("cloud"), Hmac = [new HmacSeed(AccessKey, SecretKey)], LogLevel = Microsoft.Extensions.Logging.LogLevel.Warning });
        await _cloud.StartAsync();
        _cluster = ClusterApp.Create(new ClusterOptions { DataDirectory = NewDirectory("cluster"), Kubeconfig = Kubeconfig, Operator = false });
        await _cluster.StartAsync();
        S3 = new AmazonS3Client(new BasicAWSCredentials(AccessKey, SecretKey), new AmazonS3Config
        {
            ServiceURL = StoreUrl,
            ForcePathStyle = true,
            AuthenticationRegion = "us-east",
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        });
        using var client = Client();
        await client.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = Namespace } });
    }

    public string NewDirectory(string name) => Directory.CreateDirectory(Path.Combine(_directory, $"{name}-{Guid.NewGuid():n}")).FullName;

    public async Task<string> NewBucketAsync(CancellationToken ct)
    {
        var bucket = $"verifier-{Interlocked.Increment(ref _buckets)}";
        await S3.PutBucketAsync(bucket, ct);
        return bucket;
    }

    public async Task NewSecretAsync(string name, CancellationToken ct, params (string Key, string Value)[] data)
    {
        using var client = Client();
        var secret = new V1Secret { Metadata = new V1ObjectMeta { Name = name }, Data = data.ToDictionary(pair => pair.Key, pair => System.Text.Encoding.UTF8.GetBytes(pair.Value)) };
        await client.CoreV1.CreateNamespacedSecretAsync(secret, Namespace, cancellationToken: ct);
    }

    public Task NewBucketSecretAsync(string bucket, CancellationToken ct) => NewSecretAsync(
        bucket, ct, ("endpoint", StoreUrl), ("bucket", bucket), ("access_key_id", AccessKey), ("access_key_secret", SecretKey));

    public async ValueTask DisposeAsync()
    {
        S3?.Dispose();
        foreach (var app in new[] { _cluster, _cloud })
        {
            if (app is not null)
            {
                await app.StopAsync(CancellationToken.None);
                await app.DisposeAsync();
            }
        }

        Directory.Delete(_directory, recursive: true);
    }

    private Kubernetes Client() => new(KubernetesClientConfiguration.BuildConfigFromConfigFile(Kubeconfig));
}
