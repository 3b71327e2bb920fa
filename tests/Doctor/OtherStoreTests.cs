using TempoCos.Contracts;

namespace TempoCos.Doctor.Tests;

/// <summary>The same checks on a store that somebody else wrote.</summary>
public sealed class OtherStoreTests(OtherStore store) : IClassFixture<OtherStore>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("team/tempo")]
    public async Task Every_check_is_answered_none_fails_but_on_payload_modes_and_nothing_is_left(string prefix)
    {
        var results = await new StoreDoctor(store.Target with { Prefix = prefix }).ExamineAsync(null, Cancelled);

        foreach (var result in results)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(Show.Of(result));
        }

        results.Select(result => result.Id).ShouldBe(StoreDoctor.Checks.Select(check => check.Id));
        results.Where(result => result.Severity == CheckSeverity.Skipped || (result.Severity == CheckSeverity.Fail && result.Id != "TC204")).Select(Show.Of).ShouldBeEmpty();
        (await ContentAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Wrong_secret_unknown_key_and_missing_bucket_are_told_apart()
    {
        (await CauseAsync(store.Target with { SecretKey = "another" })).ShouldBe("signature");
        (await CauseAsync(store.Target with { AccessKey = "another" })).ShouldBe("unknown-key");
        (await CauseAsync(store.Target with { Bucket = "no-such-bucket-here" })).ShouldBe("bucket");
    }

    [Fact]
    public async Task An_examination_that_is_cancelled_leaves_nothing()
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        async Task<CheckResult> ObserveAsync(CheckDescription check, Func<Task<CheckResult>> run)
        {
            var result = await run();
            if (check.Id == "TC203")
            {
                cancellation.CancelAfter(TimeSpan.FromMilliseconds(60));
            }

            return result;
        }

        await Should.ThrowAsync<OperationCanceledException>(() => new StoreDoctor(store.Target).ExamineAsync(ObserveAsync, cancellation.Token));

        (await ContentAsync()).ShouldBeEmpty();
    }

    private static async Task<string> CauseAsync(StoreTarget target) =>
        (await new StoreDoctor(target).ExamineAsync(null, Cancelled)).Single(result => result.Severity == CheckSeverity.Fail).Evidence["cause"];

    private async Task<IReadOnlyList<string>> ContentAsync()
    {
        using var wire = new Wire.S3Wire(store.Target, new Uri(store.Target.Endpoint), TimeProvider.System);
        var bucket = new Wire.S3Bucket(wire, new Canary(""));
        var page = Wire.ObjectPage.Read(await bucket.ListObjectsV2Async("", Cancelled));
        var uploads = await bucket.ListUploadsAsync("", Cancelled) ?? [];
        return [.. page.Objects.Select(item => item.Key), .. uploads.Select(upload => upload.Key)];
    }
}
