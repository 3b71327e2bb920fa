using Google.Protobuf.WellKnownTypes;
using TempoCos.Contracts;
using TempoCos.TempoBlocks;
using TempoCos.Traces;

namespace TempoCos.QueryVerifier.Tests;

[Collection(Worlds.Name)]
public sealed class ListedRungTests(World world)
{
    private const string RunId = "r3k9x0a2bq";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>One Tempo, and a bucket that lies about its index in every way.</summary>
    [Fact]
    public async Task An_index_that_is_missing_old_wrong_or_names_what_was_never_written_does_not_prove_rung_3()
    {
        await using var scene = await Scene.StartAsync(world, Ct);
        var run = await SentRun.SendAsync(scene.Tempo, RunId, Ct, count: 3);
        var request = run.Request(scene.Tempo, scene.Bucket, scene.Baseline);
        request.Rungs.AddRange([2, 3]);
        var sound = await scene.Verifier.VerifyAsync(request, Ct);
        sound.Rungs[3].Verdict.ShouldBe(Verdict.Proven, sound.Rungs[3].Reason);
        var index = (await new BlockCatalog(new S3BlockStore(world.S3, scene.Bucket)).ReadTenantIndexAsync("single-tenant", Ct))!;
        var block = index.Live.ShouldHaveSingleItem();

        byte[] served = [];
        await using var store = await StoreDetour.StartAsync(
            world.StoreUrl, path => path.EndsWith("/index.pb.zst", StringComparison.Ordinal) ? served : path.EndsWith("/index.json.gz", StringComparison.Ordinal) ? [] : null, Ct);
        var secret = $"{scene.Bucket}-detour";
        await world.NewSecretAsync(secret, Ct, ("endpoint", store.Address), ("bucket", scene.Bucket), ("access_key_id", World.AccessKey), ("access_key_secret", World.SecretKey));
        request.Bucket.SecretName = secret;
        request.ListedWithin = Duration.FromTimeSpan(TimeSpan.FromSeconds(1));

        (await FailedAsync()).Reason.ShouldContain("there is no tenant index");
        served = (index with { Live = [] }).ToProto();
        (await FailedAsync()).Reason.ShouldContain($"block {block.BlockId} is not listed");
        served = (index with { Live = [block with { TotalObjects = 2 }] }).ToProto();
        (await FailedAsync()).Reason.ShouldContain($"block {block.BlockId} is listed with {block.Size} bytes, 2 traces");
        served = "not an index"u8.ToArray();
        (await FailedAsync()).Reason.ShouldContain("index.pb.zst");

        var never = new Guid(TraceSource.TraceId(SentRun.Seed, $"{RunId}-never", 0).ToByteArray(), bigEndian: true);
        served = (index with { Live = [block, block with { BlockId = never }] }).ToProto();
        var lying = (await scene.Verifier.VerifyAsync(request, Ct)).Rungs[3];
        lying.Verdict.ShouldBe(Verdict.NotShown);
        lying.Reason.ShouldContain("a block id that was never written");
        lying.Reason.ShouldContain($"{never} is listed");

        served = index.ToProto();
        (await scene.Verifier.VerifyAsync(request, Ct)).Rungs[3].Verdict.ShouldBe(Verdict.Proven, "the detour itself does no harm");

        async Task<RungResult> FailedAsync()
        {
            var rung = (await scene.Verifier.VerifyAsync(request, Ct)).Rungs[3];
            rung.Verdict.ShouldBe(Verdict.Failed, rung.Reason);
            return rung;
        }
    }
}
