using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using TempoCos.Contracts;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Http;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Storage;

/// <summary>The place where blocks live for good: a bucket or a directory.</summary>
public sealed class Backend : IDisposable
{
    private static readonly TimeSpan CheckDeadline = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(60);
    private readonly StorageSettings _settings;
    private readonly AmazonS3Client? _client;
    private readonly BackendHttpClientFactory? _http;

    public Backend(StorageSettings settings, TempoMetrics metrics)
    {
        _settings = settings;
        if (settings.Backend == "s3")
        {
            _http = new BackendHttpClientFactory(RequestTimeout, metrics.BackendRequestSeconds);
            _client = Connect(settings.S3, _http);
            Store = new S3BlockStore(_client, settings.S3.Bucket, settings.S3.Prefix);
        }
        else
        {
            Store = new LocalBlockStore(settings.LocalPath);
        }
    }

    public IBlockStore Store { get; }

    /// <summary>One listing, as Tempo does it at start: a store that cannot be used ends the process with a reason rather than hours later.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        if (_client is null)
        {
            CheckDirectory(_settings.LocalPath);
            return;
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(CheckDeadline);
        var s3 = _settings.S3;
        try
        {
            var request = new ListObjectsRequest { BucketName = s3.Bucket, Prefix = s3.Prefix, Delimiter = "/", MaxKeys = 1 };
            await _client.ListObjectsAsync(request, deadline.Token);
        }
        catch (AmazonS3Exception exception) when (exception.ErrorCode == "NoSuchBucket")
        {
            throw new DiagnosticException("TC251", s3.ToString(), "the bucket does not exist", "Create the bucket or correct storage.trace.s3.bucket.", exception);
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode is System.Net.HttpStatusCode.Forbidden or System.Net.HttpStatusCode.Unauthorized)
        {
            throw new DiagnosticException("TC252", s3.ToString(), $"the object store refuses the credentials ({exception.ErrorCode})", "Check storage.trace.s3.access_key and secret_key and what they may do.", exception);
        }
        catch (Exception exception) when (exception is AmazonServiceException or AmazonClientException or HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            var reason = exception is OperationCanceledException ? $"no answer within {CheckDeadline.TotalSeconds:0} s" : exception.Message;
            throw new DiagnosticException("TC253", s3.ToString(), $"the object store cannot be reached: {reason}", "Check storage.trace.s3.endpoint and insecure, and that the store runs.", exception);
        }
    }

    public void Dispose()
    {
        _client?.Dispose();
        _http?.Dispose();
    }

    private static AmazonS3Client Connect(S3Settings settings, BackendHttpClientFactory http)
    {
        var config = new AmazonS3Config
        {
            ServiceURL = $"{(settings.Insecure ? "http" : "https")}://{settings.Endpoint}",
            ForcePathStyle = true,
            AuthenticationRegion = settings.Region.Length == 0 ? "us-east-1" : settings.Region,
            UseHttp = settings.Insecure,
            MaxErrorRetry = 2,
            Timeout = RequestTimeout,
            HttpClientFactory = http,
            // Stores other than AWS' may not know the newer checksums.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        return settings.AccessKey.Length == 0
            ? new(new AnonymousAWSCredentials(), config)
            : new(new BasicAWSCredentials(settings.AccessKey, settings.SecretKey), config);
    }

    private static void CheckDirectory(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException("TC923", path, "the directory cannot be written", "Give storage.trace.local.path a directory that this user may write.", exception);
        }
    }
}
