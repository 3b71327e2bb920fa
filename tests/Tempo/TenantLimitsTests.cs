using Microsoft.Extensions.Logging.Abstractions;
using TempoCos.Contracts;
using TempoCos.Tempo.Configuration;

namespace TempoCos.Tempo.Tests;

/// <summary>Limits by tenant, from a file that may change.</summary>
public sealed class TenantLimitsTests
{
    [Fact]
    public void A_tenant_has_its_overrides_or_everybodys_or_the_defaults()
    {
        using var directory = new TemporaryDirectory();
        var limits = Limits(directory, "overrides: {a.b: {ingestion: {rate_limit_bytes: 7, max_traces_per_user: 2}, compaction: {block_retention: 1d}}, '*': {global: {max_bytes_per_trace: 9}}}");

        limits.For("a.b").ShouldBe(LimitSettings.None with { RateBytes = 7, MaxTracesPerUser = 2, BlockRetention = TimeSpan.FromDays(1) });
        limits.For("other").ShouldBe(LimitSettings.None with { MaxBytesPerTrace = 9 });
        Limits(directory, "overrides: {a: {max_traces_per_user: 3}}").For("b").ShouldBe(LimitSettings.Default);
    }

    [Fact]
    public void A_changed_file_is_read_again_and_a_broken_one_changes_nothing()
    {
        using var directory = new TemporaryDirectory();
        var limits = Limits(directory, "overrides: {a: {max_traces_per_user: 3, block_retention: 2h}}");
        limits.For("a").ShouldBe(LimitSettings.None with { MaxTracesPerUser = 3, BlockRetention = TimeSpan.FromHours(2) });

        Write(directory, "overrides: {a: {max_traces_per_user: 4}}", 1);
        limits.For("a").MaxTracesPerUser.ShouldBe(4);

        Write(directory, "overrides: {a: {max_traces_per_usr: 5}}", 2);
        limits.For("a").MaxTracesPerUser.ShouldBe(4);
        Should.Throw<DiagnosticException>(limits.Load).Value.ShouldEndWith("field max_traces_per_usr not found in type overrides.Overrides");
    }

    [Fact]
    public void Defaults_come_in_groups_or_flat()
    {
        From("overrides: {defaults: {ingestion: {rate_limit_bytes: 5, burst_size_bytes: 6}, read: {max_search_duration: 3h}}}")
            .ShouldBe(LimitSettings.Default with { RateBytes = 5, BurstBytes = 6, MaxSearchDuration = TimeSpan.FromHours(3) });
        From("overrides: {ingestion_rate_limit_bytes: 5, max_search_duration: 3h}")
            .ShouldBe(LimitSettings.Default with { RateBytes = 5, MaxSearchDuration = TimeSpan.FromHours(3) });
        From("a: b").ShouldBe(LimitSettings.Default);
    }

    private static LimitSettings From(string yaml) => LimitSettings.From(new(ConfigurationTree.Parse("test", yaml), new Dictionary<string, string>()));

    private static TenantLimits Limits(TemporaryDirectory directory, string yaml)
    {
        Write(directory, yaml, 0);
        var limits = new TenantLimits(LimitSettings.Default, new(directory["overrides.yaml"], TimeSpan.Zero, ExpandEnvironment: false), TimeProvider.System, NullLogger<TenantLimits>.Instance);
        limits.Load();
        return limits;
    }

    private static void Write(TemporaryDirectory directory, string yaml, int age)
    {
        File.WriteAllText(directory["overrides.yaml"], yaml);
        File.SetLastWriteTimeUtc(directory["overrides.yaml"], new DateTime(2026, 1, 1, 0, age, 0, DateTimeKind.Utc));
    }
}
