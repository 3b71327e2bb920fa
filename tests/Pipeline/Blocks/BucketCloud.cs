using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using TempoCos.IbmCloud;

namespace TempoCos.Pipeline.Tests.Blocks;

/// <summary>A store in this process, with a directory that goes with it.</summary>
internal sealed class BucketCloud : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tempocos-cos-");
    private readonly WebApplication _app;

    private BucketCloud(HmacSeed key) => _app = IbmCloudApp.Create(new() { DataDirectory = _directory.FullName, Hmac = [key], LogLevel = LogLevel.Error });

    public string Endpoint => _app.Urls.First();

    public static async Task<BucketCloud> StartAsync(string accessKey, string secretKey)
    {
        var cloud = new BucketCloud(new(accessKey, secretKey));
        await cloud._app.StartAsync(TestContext.Current.CancellationToken);
        return cloud;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _directory.Delete(recursive: true);
    }
}
