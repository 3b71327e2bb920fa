using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using Amazon.Runtime;
using Amazon.S3;
using k8s;
using TempoCos.Contracts;
using TempoCos.TempoBlocks;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Manifests;

namespace TempoCos.TempoStackDeployer.Diagnosis.Facts;

/// <summary>Looks at the bucket with the Secret's own key: one bounded listing, and small reads of the newest blocks.</summary>
internal sealed partial class BucketLook(ClusterConnection cluster, DiagnosedStack stack, IDictionary<string, byte[]> keys, TimeProvider time)
{
    private const int MostObjects = 10_000;
    private const int MostBlocks = 6;
    private const int MostMetaBytes = 1 << 20;
    private const string Meta = "/meta.json";

    private static readonly TimeSpan ToLook = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ToConnect = TimeSpan.FromSeconds(3);

    public async Task<BucketFacts> LookAsync(SecretFacts? secret, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ToLook);
        try
        {
            using var handler = new SocketsHttpHandler { ConnectTimeout = ToConnect };
            if (await AuthoritiesAsync(limit.Token) is { Count: > 0 } authorities)
            {
                handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
                handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
            }

            using var http = new HttpClient(handler, disposeHandler: false);
            var endpoint = new Uri(Text("endpoint").TrimEnd('/'));
            var clock = ClockAsync(http, endpoint, limit.Token);
            using var client = Client(endpoint, http);
            var found = await ListAsync(new S3BlockStore(client, Text("bucket"), stack.Prefix), limit.Token);
            return found with { Clock = await clock };
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && Cannot(exception) is not null)
        {
            return new BucketFacts
            {
                Unreachable = $"the bucket {secret?.Bucket} at {secret?.Endpoint} cannot be looked at from here: {Cannot(exception)}",
                Refusal = exception is AmazonServiceException { ErrorCode: "NoSuchBucket" or "InvalidAccessKeyId" or "SignatureDoesNotMatch" } ? Cannot(exception) : null,
            };
        }
    }

    private static string? Cannot(Exception exception) => exception switch
    {
        OperationCanceledException => $"no answer within {ToLook.TotalSeconds:0} s",
        AmazonServiceException { StatusCode: > 0, ErrorCode: { Length: > 0 } code } refused => $"{(int)refused.StatusCode} {code}",
        AmazonServiceException or AmazonClientException => (exception.InnerException ?? exception).Message.TrimEnd('.'),
        _ => FactsCollector.Cannot(exception),
    };

    private static async Task<BucketFacts> ListAsync(S3BlockStore store, CancellationToken cancellationToken)
    {
        var objects = new List<StoredObject>();
        await foreach (var item in store.ListAsync("", cancellationToken))
        {
            if (objects.Count == MostObjects)
            {
                return new BucketFacts { Objects = objects, IsWhole = false };
            }

            objects.Add(item);
        }

        var newest = objects.Where(item => item.Key.EndsWith(Meta, StringComparison.Ordinal) && item.Key.Count(letter => letter == '/') == 2).OrderByDescending(item => item.LastModified).Take(MostBlocks);
        var blocks = await Task.WhenAll(newest.Select(meta => BlockAsync(store, objects, meta, cancellationToken)));
        return new BucketFacts { Objects = objects, Blocks = [.. blocks.OfType<BlockFacts>()] };
    }

    /// <summary>Null when the block has gone since it was listed.</summary>
    private static async Task<BlockFacts?> BlockAsync(S3BlockStore store, List<StoredObject> objects, StoredObject meta, CancellationToken cancellationToken)
    {
        var folder = meta.Key[..^(Meta.Length - 1)];
        var sizes = objects.Where(item => item.Key.StartsWith(folder, StringComparison.Ordinal)).ToDictionary(item => item.Key[folder.Length..], item => item.Size);
        var name = folder.TrimEnd('/');
        try
        {
            return meta.Size > MostMetaBytes
                ? new BlockFacts(name, [$"meta.json has {meta.Size} bytes: that is no description of a block"])
                : new BlockFacts(name, await ProblemsAsync(store, folder, sizes, BlockMeta.Parse(await store.ReadAsync(meta.Key, cancellationToken)), cancellationToken));
        }
        catch (ObjectNotFoundException)
        {
            return null;
        }
        catch (Exception damaged) when (damaged is FormatException or EndOfStreamException)
        {
            return new BlockFacts(name, [damaged.Message.TrimEnd('.')]);
        }
    }

    private static async Task<IReadOnlyList<string>> ProblemsAsync(S3BlockStore store, string folder, Dictionary<string, long> sizes, BlockMeta meta, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        var blooms = sizes.Keys.Count(key => key.StartsWith("bloom-", StringComparison.Ordinal));
        if (blooms != meta.BloomShards)
        {
            problems.Add($"{blooms} bloom shards are there, its description says {meta.BloomShards}");
        }

        if (!sizes.TryGetValue("data.parquet", out var size))
        {
            return [.. problems, "data.parquet is missing"];
        }

        if (size != meta.Size)
        {
            problems.Add($"data.parquet has {size} bytes, its description says {meta.Size}");
        }

        const int magic = 4;
        var (head, tail) = (new byte[magic], new byte[2 * magic]);
        if (size < head.Length + tail.Length)
        {
            return [.. problems, "data.parquet is too short for a parquet file"];
        }

        await store.ReadRangeAsync($"{folder}data.parquet", 0, head, cancellationToken);
        await store.ReadRangeAsync($"{folder}data.parquet", size - tail.Length, tail, cancellationToken);
        if (!head.AsSpan().SequenceEqual("PAR1"u8) || !tail.AsSpan(magic).SequenceEqual("PAR1"u8))
        {
            problems.Add("data.parquet does not begin and end with PAR1");
        }
        else if (meta.FooterSize != 0 && BitConverter.ToUInt32(tail) != meta.FooterSize)
        {
            problems.Add($"the footer has {BitConverter.ToUInt32(tail)} bytes, its description says {meta.FooterSize}");
        }

        return problems;
    }

    /// <summary>Any answer has a Date, also one that refuses.</summary>
    private async Task<TimeSpan?> ClockAsync(HttpClient http, Uri endpoint, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, endpoint);
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return FactsCollector.Offset(answer.Headers.Date, time.GetUtcNow());
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private AmazonS3Client Client(Uri endpoint, HttpClient http)
    {
        var config = new AmazonS3Config
        {
            ServiceURL = endpoint.ToString(),
            ForcePathStyle = true,
            AuthenticationRegion = AwsRegion().Match(endpoint.Host) is { Success: true } aws ? aws.Groups["region"].Value : "us-east-1",
            MaxErrorRetry = 2,
            Timeout = ToLook,
            HttpClientFactory = new OneClient(http),
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        return new AmazonS3Client(new BasicAWSCredentials(Text("access_key_id"), Text("access_key_secret")), config);
    }

    /// <summary>Of the ConfigMap that spec.storage.tls.caName names.</summary>
    private async Task<X509Certificate2Collection?> AuthoritiesAsync(CancellationToken cancellationToken)
    {
        if (stack.AuthorityName is not { Length: > 0 } name)
        {
            return null;
        }

        var map = await cluster.Client.CoreV1.ReadNamespacedConfigMapAsync(name, stack.Namespace, cancellationToken: cancellationToken);
        var authorities = new X509Certificate2Collection();
        foreach (var pem in map.Data?.Values ?? [])
        {
            authorities.ImportFromPem(pem);
        }

        return authorities;
    }

    private string Text(string key) => Encoding.UTF8.GetString(keys[key]).Trim();

    [GeneratedRegex(@"^s3[.-](?<region>[a-z0-9-]+)\.amazonaws\.com$")]
    private static partial Regex AwsRegion();

    /// <summary>Lends the SDK a client that is ours.</summary>
    private sealed class OneClient(HttpClient client) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => client;

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
    }
}
