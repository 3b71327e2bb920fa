using TempoCos.Contracts;

namespace TempoCos.Doctor.Tests;

/// <summary>The negative control of every check: a store without a fault passes all of them.</summary>
public sealed class HealthyStoreTests
{
    [Fact]
    public async Task Every_check_passes_and_nothing_is_left_in_the_bucket()
    {
        await using var store = await Store.StartAsync();

        var results = await store.ExamineAsync();

        results.Where(result => result.Severity != CheckSeverity.Pass).Select(Show.Of).ShouldBeEmpty();
        results.Select(result => result.Id).ShouldBe(StoreDoctor.Checks.Select(check => check.Id));
        (await store.ContentAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Under_a_prefix_of_tempos_every_check_passes_and_canaries_stay_below_it()
    {
        await using var store = await Store.StartAsync();
        await store.AskAsync("PUT", "elsewhere", "somebody else's");
        // Nothing may be written outside of the prefix.
        await store.FailAsync("""{"operation":"PutObject","key":"tempocos-canary-*","status":403}""");

        var results = await store.ExamineAsync(store.Target with { Prefix = "team/tempo" });

        results.Where(result => result.Severity != CheckSeverity.Pass).Select(Show.Of).ShouldBeEmpty();
        (await store.ContentAsync()).ShouldBe(["elsewhere"]);
    }

    [Fact]
    public async Task No_canary_is_ever_where_tempo_would_take_it_for_a_tenant()
    {
        await using var store = await Store.StartAsync();
        // Would hit any key with a slash.
        await store.FailAsync("""{"operation":"*","key":"*/*","status":403}""");

        (await store.ExamineAsync()).Where(result => result.Severity != CheckSeverity.Pass).Select(Show.Of).ShouldBeEmpty();
    }
}
