using TempoCos.Contracts;

namespace TempoCos.Doctor.Tests;

/// <summary>Whatever happens, the bucket is as it was.</summary>
public sealed class CanaryTests
{
    [Theory]
    [InlineData("TC203")]
    [InlineData("TC205")]
    [InlineData("TC206")]
    [InlineData("TC210")]
    public async Task An_examination_that_is_cancelled_in_the_middle_of_a_check_leaves_nothing(string during)
    {
        await using var store = await Store.StartAsync();
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        // The check has written something by the time that its own requests begin to hang.
        await store.FailAsync("""{"operation":"GetObject,ListObjectsV2,UploadPart,HeadObject","key":"*","delayMilliseconds":300}""");
        async Task<CheckResult> ObserveAsync(CheckDescription check, Func<Task<CheckResult>> run)
        {
            if (check.Id == during)
            {
                cancellation.CancelAfter(TimeSpan.FromMilliseconds(150));
            }

            return await run();
        }

        await Should.ThrowAsync<OperationCanceledException>(() => new StoreDoctor(store.Target).ExamineAsync(ObserveAsync, cancellation.Token));

        (await store.ContentAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_an_examination_left_that_died_is_removed_by_the_next_one_and_what_a_live_one_uses_is_not()
    {
        await using var store = await Store.StartAsync();
        await store.AskAsync("PUT", "tempocos-canary-0193f0a2-rights-canary", "left");
        (await store.AskAsync("POST", "tempocos-canary-0193f0a2-multipart-unequal", "", ("uploads", ""))).ShouldBe(200);

        await store.ExamineAsync();
        (await store.ContentAsync()).Count.ShouldBe(2);

        var results = await store.ExamineAsync(options: new StoreDoctorOptions { StaleAfter = TimeSpan.FromMinutes(-1) });
        (await store.ContentAsync()).ShouldBeEmpty();
        results.Single(result => result.Id == "TC502").Evidence["stale_canaries_removed"].ShouldBe("1");
    }

    [Fact]
    public async Task A_canary_that_cannot_be_removed_is_named()
    {
        await using var store = await Store.StartAsync();
        await store.FailAsync("""{"operation":"DeleteObject","key":"*-integrity-*","status":403}""");

        var cleanUp = (await store.ExamineAsync()).Single(result => result.Id == "TC502");

        cleanUp.Severity.ShouldBe(CheckSeverity.Fail);
        cleanUp.Message.ShouldContain("-integrity-object: 403 AccessDenied");
    }

    [Fact]
    public async Task No_result_shows_the_secret()
    {
        await using var store = await Store.StartAsync();
        await store.FailAsync("""{"operation":"*","status":403,"code":"SignatureDoesNotMatch"}""");

        var results = await store.ExamineAsync();

        string.Concat(results.Select(result => result.ToString())).ShouldNotContain(Store.SecretKey);
        $"{store.Target}".ShouldNotContain(Store.SecretKey);
    }
}
