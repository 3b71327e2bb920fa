using Amazon.S3.Model;
using TempoCos.Contracts;

namespace TempoCos.QueryVerifier.Tests;

/// <summary>A bucket with its Secret, a Tempo on it, a verifier, and the baseline that was taken before anything was sent.</summary>
internal sealed record Scene(World World, string Bucket, TempoProcess Tempo, VerifierProgram Verifier, Baseline Baseline) : IAsyncDisposable
{
    public static async Task<Scene> StartAsync(World world, CancellationToken ct, string maxBlockDuration = "24h")
    {
        var bucket = await world.NewBucketAsync(ct);
        await world.NewBucketSecretAsync(bucket, ct);
        var verifier = await VerifierProgram.StartAsync(world.Kubeconfig, ct);
        var baseline = await verifier.BaselineAsync(bucket, ct);
        return new Scene(world, bucket, await TempoProcess.StartAsync(world, bucket, ct, maxBlockDuration), verifier, baseline);
    }

    /// <summary>Deletes an object, or overwrites its second half.</summary>
    public async Task DamageAsync(string key, bool delete, CancellationToken ct)
    {
        if (delete)
        {
            await World.S3.DeleteObjectAsync(Bucket, key, ct);
            return;
        }

        using var content = new MemoryStream();
        using (var response = await World.S3.GetObjectAsync(Bucket, key, ct))
        {
            await response.ResponseStream.CopyToAsync(content, ct);
        }

        var bytes = content.ToArray();
        bytes.AsSpan(bytes.Length / 2).Fill(0xA5);
        await World.S3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = key, InputStream = new MemoryStream(bytes) }, ct);
    }

    public async ValueTask DisposeAsync()
    {
        await Verifier.DisposeAsync();
        await Tempo.DisposeAsync();
    }
}
