namespace TempoCos.Doctor.Tests;

/// <summary>A store that is not ours: the one that the environment names, else a Ceph gateway where it is installed.</summary>
public sealed class OtherStore : IAsyncLifetime
{
    private CephGateway? _gateway;
    private StoreTarget? _target;
    private string _reason = "";

    public StoreTarget Target
    {
        get
        {
            Assert.SkipWhen(_target is null, _reason);
            return _target!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        var bucket = $"tempocos-doctor-{Guid.NewGuid():n}"[..40];
        if (Environment.GetEnvironmentVariable("TEMPOCOS_S3_ENDPOINT") is { Length: > 0 } endpoint)
        {
            var target = new StoreTarget(
                endpoint,
                bucket,
                "",
                Environment.GetEnvironmentVariable("TEMPOCOS_S3_REGION") ?? "us-east-1",
                Environment.GetEnvironmentVariable("TEMPOCOS_S3_ACCESS_KEY") ?? "",
                Environment.GetEnvironmentVariable("TEMPOCOS_S3_SECRET_KEY") ?? "");
            await AskAsync(target, HttpMethod.Put);
            _target = target;
        }
        else if (CephGateway.Missing is { } program)
        {
            _reason = $"{program} is not installed, and TEMPOCOS_S3_ENDPOINT names no store";
        }
        else
        {
            (_gateway, _target) = await CephGateway.StartAsync(bucket, CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_target is not null)
        {
            await AskAsync(_target, HttpMethod.Delete);
        }

        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
        }
    }

    private static async Task AskAsync(StoreTarget target, HttpMethod method)
    {
        using var wire = new Wire.S3Wire(target, new Uri(target.Endpoint), TimeProvider.System);
        (await wire.SendAsync(new Wire.S3Ask(method, null), CancellationToken.None)).Expect(200, 204);
    }
}
