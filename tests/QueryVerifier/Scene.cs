using Amazon.S3.Model;
using TempoCos.Contracts;

namespace TempoCos.QueryVerifier.Tests;

/// <summary>A bucket with its Secret, a Tempo on it, a verifier, and the baseline that was taken before anything was sent.</summary>
internal sealed record Scene(World World, string Bucket, TempoProcess Tempo, VerifierProgram Verifier, Baseline Baseline) : IAsyncDisposable
{
    private static readonly TimeSpan FlushedWithin = TimeSpan.FromSeconds(60);

    public static async Task<Scene> StartAsync(World world, CancellationToken ct, TempoClocks? clocks = null)
    {
        var bucket = await world.NewBucketAsync(ct);
        await world.NewBucketSecretAsync(bucket, ct);
        var verifier = await VerifierProgram.StartAsync(world.Kubeconfig, ct);
        var baseline = await verifier.BaselineAsync(bucket, ct);
        return new Scene(world, bucket, await TempoProcess.StartAsync(world, bucket, clocks ?? TempoClocks.Default, ct), verifier, baseline);
    }

    /// <summary>Asks the ingester to flush and waits until so many blocks are published.</summary>
    public async Task FlushAsync(int blocks, CancellationToken ct)
    {
        using var client = new HttpClient();
        using (var flushed = await client.PostAsync(new Uri($"{Tempo.Endpoints.Ingester}/flush"), null, ct))
        {
            flushed.EnsureSuccessStatusCode();
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(FlushedWithin);
        var published = 0;
        try
        {
            while ((published = (await Verifier.BaselineAsync(Bucket, limit.Token)).BlockIds.Count) < blocks)
            {
                await Task.Delay(100, limit.Token);
            }
        }
        catch (Exception exception) when (limit.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw new TimeoutException($"{published} of {blocks} blocks were in {Bucket} {FlushedWithin.TotalSeconds} s after the ingester was asked to flush", exception);
        }
    }

    /// <summary>Does to this Tempo what a pipeline has done to a stack.</summary>
    public async Task<VerifyInput> FulfilAsync(Wish wish, CancellationToken ct)
    {
        if (wish.LoseIngesters is not null)
        {
            await Tempo.RestartAsync(loseVolume: true, ct);
            return Lost();
        }

        await Tempo.RestartAsync(loseVolume: false, ct, TempoClocks.Forgetful);
        return Shortened();
    }

    /// <summary>Says that the ingester was lost.</summary>
    public static VerifyInput Lost(string newUid = "new") => new()
    {
        IngestersLost = new IngestersLost
        {
            Pods = { new Replaced { Name = "ingester-0", OldUid = "old", NewUid = newUid } },
            VolumeClaims = { new Replaced { Name = "data-ingester-0", OldUid = "old", NewUid = newUid } },
        },
    };

    /// <summary>Says that the retention was shortened.</summary>
    public static VerifyInput Shortened() => new() { RetentionShortened = new RetentionShortened { Before = { ["block_retention"] = "48h" }, Now = { ["block_retention"] = "1s" } } };

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
