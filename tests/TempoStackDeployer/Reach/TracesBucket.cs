using Amazon.S3;
using Microsoft.AspNetCore.Builder;
using TempoCos.IbmCloud;
using BasicAWSCredentials = Amazon.Runtime.BasicAWSCredentials;

namespace TempoCos.TempoStackDeployer.Tests.Reach;

/// <summary>A store with the bucket that the provisioned Secret names.</summary>
internal sealed class TracesBucket : IAsyncDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("tempocos-cos-");
    private readonly WebApplication _store;

    public TracesBucket() => _store = IbmCloudApp.Create(new IbmCloudOptions { DataDirectory = _data.FullName, Hmac = [new HmacSeed("some-key-id", "hidden-word")] });

    public string Url => _store.Urls.First();

    public async ValueTask StartAsync()
    {
        await _store.StartAsync(TestContext.Current.CancellationToken);
        using var s3 = new AmazonS3Client(
            new BasicAWSCredentials("some-key-id", "hidden-word"), new AmazonS3Config { ServiceURL = Url, ForcePathStyle = true, AuthenticationRegion = "us-east" });
        await s3.PutBucketAsync("traces", TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.StopAsync(CancellationToken.None);
        await _store.DisposeAsync();
        _data.Delete(recursive: true);
    }
}
