using TempoCos.TempoBlocks.Scanning;

namespace TempoCos.TempoBlocks.Tests.Scanning;

/// <summary>Scans of damaged blocks end in bounded time, with results or with an error that names the block.</summary>
public sealed class ScanDamageTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static readonly ScanRequest[] Requests =
    [
        new() { EverySpan = true, WithNestedSet = true, Conditions = [new(new(ScanScope.Resource, "service.name")), new(new(ScanScope.Event, "exception.message"))] },
        new() { AllMustMatch = true, Conditions = [new(new(ScanScope.SpanOrResource, "http.status_code"), new(ScanOperator.Greater, ScanValue.From(1L)))] },
        new() { AllMustMatch = true, Conditions = [new(new(ScanScope.Span, "items"), ScanPredicate.Exists)] },
        new()
        {
            StartNano = 1,
            EndNano = ulong.MaxValue,
            Conditions =
            [
                new(new(ScanScope.Intrinsic, ScanIntrinsics.SpanName), new(ScanOperator.NotEqual, ScanValue.From(""))),
                new(new(ScanScope.Intrinsic, ScanIntrinsics.LinkSpanId), ScanPredicate.Exists),
            ],
        },
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Flipped_bytes_give_spans_or_an_error_that_names_the_block()
    {
        using var block = await DamagedBlock.CreateAsync();
        (await ReadAsync(block)).ShouldBeNull("the undamaged block");
        var random = new Random(20261124);
        var errors = 0;
        for (var round = 0; round < 300; round++)
        {
            var bytes = block.Content.ToArray();
            for (var flips = random.Next(1, 5); flips > 0; flips--)
            {
                // Half of them in the footer and the page indexes, where they do the most.
                var position = round % 2 == 0 ? random.Next(bytes.Length) : bytes.Length - 1 - random.Next(block.Meta.FooterSize + 8000);
                bytes[position] ^= (byte)random.Next(1, 256);
            }

            block.Write(bytes);
            var error = await ReadAsync(block);
            (error?.Block ?? block.Meta.Name).ShouldBe(block.Meta.Name);
            errors += error is null ? 0 : 1;
        }

        errors.ShouldBeGreaterThan(50);
    }

    [Fact]
    public async Task One_reader_answers_many_at_once()
    {
        var meta = await GoldenCorpus.MetaAsync(GoldenCorpus.CommittedStore, GoldenCorpus.CompactedBlock);
        await using var reader = await BlockReader.OpenAsync(GoldenCorpus.CommittedStore, meta, Ct);
        var traces = await reader.ReadAllAsync(Ct).ToListAsync(Ct);
        var spans = new List<int>();
        foreach (var request in Requests)
        {
            spans.Add(await CountAsync(reader, request));
        }

        spans[0].ShouldBe(traces.Sum(t => GoldenBlockTests.Spans(t.Trace).Count()));
        await using var other = await BlockReader.OpenAsync(GoldenCorpus.CommittedStore, meta, Ct);
        await Task.WhenAll(Enumerable.Range(0, 24).Select(i => Task.Run(
            async () =>
            {
                (await CountAsync(other, Requests[i % Requests.Length])).ShouldBe(spans[i % Requests.Length]);
                var (id, trace) = traces[i * traces.Count / 24];
                (await other.FindAsync(id, Ct)).ShouldBe(trace);
            },
            Ct)));
    }

    private static async Task<int> CountAsync(BlockReader reader, ScanRequest request) =>
        (await reader.ScanAsync(request, new ScanCost(), Ct).ToListAsync(Ct)).Sum(t => t.Spans.Count);

    private static async Task<BlockFormatException?> ReadAsync(DamagedBlock block)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        deadline.CancelAfter(Deadline);
        try
        {
            await using var reader = await BlockReader.OpenAsync(block.Store, block.Meta, deadline.Token);
            foreach (var request in Requests)
            {
                await foreach (var trace in reader.ScanAsync(request, new ScanCost(), deadline.Token))
                {
                    trace.Spans.ShouldNotBeEmpty();
                }
            }

            await reader.ReadTagNamesAsync(new ScanCost(), deadline.Token);
            await reader.ReadTagValuesAsync(new(ScanScope.Span, "component"), _ => true, new ScanCost(), deadline.Token);
            return null;
        }
        catch (BlockFormatException e)
        {
            return e;
        }
    }
}
