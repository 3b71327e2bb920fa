using TempoCos.Contracts;
using TempoCos.Tempo.Tests;

namespace TempoCos.QueryVerifier.Tests;

[Collection(Worlds.Name)]
public sealed class BucketTests(World world)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_baseline_of_a_bucket_counts_objects_and_names_blocks_that_are_published()
    {
        var bucket = await world.NewBucketAsync(Ct);
        await world.NewBucketSecretAsync(bucket, Ct);
        await using var verifier = await VerifierProgram.StartAsync(world.Kubeconfig, Ct);
        var empty = await verifier.BaselineAsync(bucket, Ct);
        (empty.Objects, empty.BlockIds.Count).ShouldBe((0, 0));

        var (published, unpublished) = ($"{Guid.NewGuid()}", $"{Guid.NewGuid()}");
        foreach (var key in new[] { $"single-tenant/{published}/meta.json", $"single-tenant/{published}/data.parquet", $"single-tenant/{unpublished}/data.parquet", "tempo_cluster_seed.json" })
        {
            await world.S3.PutObjectAsync(new Amazon.S3.Model.PutObjectRequest { BucketName = bucket, Key = key, ContentBody = "{}" }, Ct);
        }

        var baseline = await verifier.BaselineAsync(bucket, Ct);
        baseline.Objects.ShouldBe(4);
        baseline.BlockIds.ShouldHaveSingleItem().ShouldBe(published);
        baseline.Taken.ToDateTimeOffset().ShouldBeGreaterThan(empty.Taken.ToDateTimeOffset());
    }

    [Fact]
    public async Task A_missing_secret_and_a_secret_without_a_key_are_named()
    {
        await world.NewSecretAsync("half", Ct, ("endpoint", world.StoreUrl), ("bucket", "b"), ("access_key_id", "k"));
        (await FailAsync("nowhere")).ShouldSatisfyAllConditions(missing => missing.Code.ShouldBe("TC221"), missing => missing.Value.ShouldBe($"{World.Namespace}/nowhere"));
        var half = await FailAsync("half");
        half.Code.ShouldBe("TC221");
        half.Reason.ShouldContain("access_key_secret");
    }

    [Fact]
    public async Task An_endpoint_without_scheme_is_named()
    {
        await world.NewSecretAsync("bare", Ct, ("endpoint", "s3.example:9000"), ("bucket", "b"), ("access_key_id", "k"), ("access_key_secret", "s"));
        (await FailAsync("bare")).Code.ShouldBe("TC222");
    }

    [Fact]
    public async Task A_key_that_the_store_refuses_is_named_and_never_shown()
    {
        var bucket = await world.NewBucketAsync(Ct);
        await world.NewSecretAsync("refused", Ct, ("endpoint", world.StoreUrl), ("bucket", bucket), ("access_key_id", World.AccessKey), ("access_key_secret", "not-the-secret"));
        var refused = await FailAsync("refused");
        refused.Code.ShouldBe("TC213");
        refused.Message.ShouldNotContain("not-the-secret");
    }

    [Fact]
    public async Task A_bucket_that_is_not_there_is_named()
    {
        await world.NewBucketSecretAsync("no-such-bucket", Ct);
        (await FailAsync("no-such-bucket")).Code.ShouldBe("TC223");
    }

    [Fact]
    public async Task A_store_that_does_not_answer_is_named()
    {
        await world.NewSecretAsync("silent", Ct, ("endpoint", $"http://127.0.0.1:{Ports.Take(1)[0]}"), ("bucket", "b"), ("access_key_id", "k"), ("access_key_secret", "s"));
        (await FailAsync("silent")).Code.ShouldBe("TC214");
    }

    [Fact]
    public async Task A_kubeconfig_that_is_not_there_and_a_cluster_that_does_not_answer_are_named()
    {
        (await FailAsync("any", Path.Combine(world.NewDirectory("none"), "kubeconfig"))).Code.ShouldBe("TC306");
        var silent = Path.Combine(world.NewDirectory("silent"), "kubeconfig");
        await File.WriteAllTextAsync(
            silent,
            $$$"""
            apiVersion: v1
            kind: Config
            current-context: c
            contexts: [{name: c, context: {cluster: c, user: u}}]
            clusters: [{name: c, cluster: {server: "http://127.0.0.1:{{{Ports.Take(1)[0]}}}"}}]
            users: [{name: u, user: {token: t}}]
            """,
            Ct);
        (await FailAsync("any", silent)).Code.ShouldBe("TC308");
    }

    [Fact]
    public async Task A_context_of_another_kubeconfig_file_is_followed_and_credentials_that_the_cluster_refuses_are_named()
    {
        var contexts = Path.Combine(world.NewDirectory("contexts"), "kubeconfig");
        await File.WriteAllTextAsync(
            contexts,
            """
            apiVersion: v1
            kind: Config
            current-context: known
            contexts: [{name: known, context: {cluster: tempocos, user: tempocos}}, {name: stranger, context: {cluster: tempocos, user: stranger}}]
            users: [{name: stranger, user: {token: not-the-token}}]
            """,
            Ct);
        var files = $"{contexts}{Path.PathSeparator}{world.Kubeconfig}";

        (await FailAsync("nowhere", files)).Code.ShouldBe("TC221");
        (await FailAsync("nowhere", files, "stranger")).Code.ShouldBe("TC307");
        (await FailAsync("nowhere", files, "elsewhere")).ShouldSatisfyAllConditions(absent => absent.Code.ShouldBe("TC306"), absent => absent.Value.ShouldContain("elsewhere"));
    }

    private async Task<DiagnosticException> FailAsync(string secret, string? kubeconfig = null, string context = "")
    {
        await using var verifier = await VerifierProgram.StartAsync(kubeconfig ?? world.Kubeconfig, Ct, context);
        return await VerifierProgram.FailAsync(() => verifier.BaselineAsync(secret, Ct));
    }
}
