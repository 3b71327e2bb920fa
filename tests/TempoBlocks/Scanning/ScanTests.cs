using CsCheck;
using TempoCos.TempoBlocks.Scanning;

namespace TempoCos.TempoBlocks.Tests.Scanning;

/// <summary>Scans of columns give what the same conditions give on whole traces.</summary>
public sealed class ScanTests
{
    private static readonly ScanOperator[] Comparisons =
    [
        ScanOperator.Equal, ScanOperator.NotEqual, ScanOperator.Less, ScanOperator.LessOrEqual, ScanOperator.Greater, ScanOperator.GreaterOrEqual,
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_target_of_a_recorded_block_is_found_by_its_values()
    {
        var block = await OpenAsync(GoldenCorpus.CommittedStore, await GoldenCorpus.MetaAsync(GoldenCorpus.CommittedStore, GoldenCorpus.CompactedBlock));
        (await CompareTargetsAsync(block, 2)).ShouldBeGreaterThan(10_000);
    }

    [Theory]
    [InlineData("vp4-level0")]
    [InlineData("vp4-level1")]
    [InlineData("vp5-level0")]
    [InlineData("vp3-level0")]
    public async Task Every_target_of_every_version_is_found_by_its_values(string folder)
    {
        var store = GoldenCorpus.Store(folder);
        foreach (var meta in await new BlockCatalog(store).ListBlocksAsync(GoldenCorpus.Tenant, Ct))
        {
            (await CompareTargetsAsync(await OpenAsync(store, meta), 1)).ShouldBeGreaterThan(0);
        }
    }

    [Fact]
    public async Task Random_blocks_are_scanned_as_their_traces_say() => await RandomTraces.Records.SampleAsync(
        async records =>
        {
            using var temporary = new TemporaryStore();
            var meta = await new BlockWriter(temporary.Store, new BlockWriterOptions { RowGroupBytes = 20_000, PageBytes = 200 })
                .WriteAsync(GoldenCorpus.Tenant, records.ToAsyncEnumerable(), null, Ct);
            await CompareTargetsAsync(await OpenAsync(temporary.Store, meta), 1);
        },
        iter: 20);

    [Fact]
    public async Task Another_operand_gives_another_answer()
    {
        var block = await OpenAsync(GoldenCorpus.CommittedStore, await GoldenCorpus.MetaAsync(GoldenCorpus.CommittedStore, GoldenCorpus.CompactedBlock));
        var status = new ScanTarget(ScanScope.Intrinsic, ScanIntrinsics.SpanStatus);
        var error = await block.CompareAsync(Request(status, ScanOperator.Equal, ScanValue.From(2L)), Ct);
        var ok = await block.CompareAsync(Request(status, ScanOperator.Equal, ScanValue.From(1L)), Ct);
        error.ShouldNotBe(ok);
    }

    [Fact]
    public async Task Conditions_combine()
    {
        var block = await OpenAsync(GoldenCorpus.CommittedStore, await GoldenCorpus.MetaAsync(GoldenCorpus.CommittedStore, GoldenCorpus.CompactedBlock));
        ScanCondition[] conditions =
        [
            new(new(ScanScope.Intrinsic, ScanIntrinsics.SpanStatus), new(ScanOperator.Equal, ScanValue.From(2L))),
            new(new(ScanScope.Resource, "service.name"), new(ScanOperator.Matches, default, name => name.Contains('a', StringComparison.Ordinal))),
            new(new(ScanScope.Span, "http.status_code")),
        ];
        var all = await block.CompareAsync(new ScanRequest { Conditions = conditions, AllMustMatch = true }, Ct);
        var any = await block.CompareAsync(new ScanRequest { Conditions = conditions }, Ct);
        var every = await block.CompareAsync(new ScanRequest { Conditions = conditions, EverySpan = true }, Ct);
        all.ShouldBeGreaterThan(0);
        any.ShouldBeGreaterThan(all);
        every.ShouldBeGreaterThan(any);
    }

    private static ScanRequest Request(ScanTarget target, ScanOperator op, ScanValue operand = default, Func<string, bool>? matcher = null) =>
        new() { Conditions = [new ScanCondition(target, new ScanPredicate(op, operand, matcher))], AllMustMatch = true };

    private static async Task<ScannedBlock> OpenAsync(IBlockStore store, BlockMeta meta) =>
        await ScannedBlock.LoadAsync(await BlockReader.OpenAsync(store, meta, Ct), Ct);

    // Values that occur, chosen over the whole block, in all comparisons; values that do not.
    private static async Task<int> CompareTargetsAsync(ScannedBlock block, int perTarget)
    {
        var candidates = 0;
        foreach (var target in block.Targets())
        {
            var present = block.Expected(target).SelectMany(e => e.Values).Distinct().OrderBy(v => v.Kind).ThenBy(v => v.ToString(), StringComparer.Ordinal).ToList();
            // A conjunction looks for one kind of values only, also where the span or its resource could have them.
            var isExact = target.Scope != ScanScope.SpanOrResource;
            foreach (var operand in Enumerable.Range(0, Math.Min(perTarget, present.Count)).Select(i => present[i * (present.Count - 1) / Math.Max(1, perTarget - 1)]))
            {
                foreach (var comparison in operand.Kind == ScanValueKind.Bytes ? Comparisons[..2] : Comparisons)
                {
                    candidates += await block.CompareAsync(Request(target, comparison, operand) with { AllMustMatch = isExact }, Ct);
                }

                if (operand.Kind == ScanValueKind.Text)
                {
                    bool Starts(string text) => text.StartsWith(operand.AsText[..Math.Min(1, operand.AsText.Length)], StringComparison.Ordinal);
                    candidates += await block.CompareAsync(Request(target, ScanOperator.Matches, default, Starts) with { AllMustMatch = isExact }, Ct);
                    candidates += await block.CompareAsync(Request(target, ScanOperator.NotMatches, default, Starts) with { AllMustMatch = isExact }, Ct);
                }

                // In disjunction with a condition that never holds the target's values come whole.
                var request = Request(target, ScanOperator.Equal, operand) with { AllMustMatch = false };
                var never = new ScanCondition(new(ScanScope.Span, "no such key"), ScanPredicate.Exists);
                candidates += await block.CompareAsync(request with { Conditions = [.. request.Conditions, never] }, Ct);
            }

            foreach (var absent in new[] { ScanValue.From("no such value"), ScanValue.From(-123_456_789_012L), ScanValue.From(0.123456789) })
            {
                candidates += await block.CompareAsync(Request(target, ScanOperator.Equal, absent), Ct);
            }

            if (target.Scope == ScanScope.Intrinsic)
            {
                candidates += await block.CompareAsync(Request(target, ScanOperator.Exists), Ct);
            }
        }

        return candidates;
    }
}
