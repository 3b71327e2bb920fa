using System.CommandLine;
using System.CommandLine.Parsing;
using TempoCos.Pipeline.Blocks;
using TempoCos.Pipeline.Commands;
using TempoCos.StorageCost.Projection;

namespace TempoCos.Pipeline.Cost;

/// <summary>The options of <c>tempocos cost</c>: the workload, where its bucket is, and what is charged for it.</summary>
internal sealed class CostOptions
{
    private static readonly TempoWorkload Usual = new();

    private readonly NumberOption<long> _blocks = new(
        "--blocks", "Live blocks of all tenants [default: one a compaction window that retention keeps].", number => number is >= 0 and <= 1_000_000_000, "must be between 0 and 1000000000");
    private readonly NumberOption<int> _tenants = Number("--tenants", "Tenants that have blocks.", Usual.Tenants, 1, 1_000_000);
    private readonly Option<TimeSpan> _poll = Duration("--poll", "Tempo's blocklist_poll.", "5m");
    private readonly Option<TimeSpan> _retention = Duration("--retention", "How long blocks are kept.", "48h");
    private readonly Option<TimeSpan> _window = Duration("--compaction-window", "Tempo's compaction_window.", "1h");
    private readonly Option<TimeSpan> _blockDuration = Duration("--block-duration", "Tempo's max_block_duration: how often an ingester writes a block.", "10m");
    private readonly Option<decimal?> _stored = Size("--stored", "Bytes of all live blocks [default: what the spans come to].");
    private readonly NumberOption<double> _spans = new(
        "--spans-per-second", "Spans that come in [default: what is stored, spread over retention].", number => number is >= 0 and <= 1e12, "must be between 0 and 1e12");
    private readonly NumberOption<double> _bytesPerSpan = Fraction("--bytes-per-span", "Bytes of a span in a block.", Usual.BytesPerSpan, 1, 1e6);
    private readonly NumberOption<int> _listConcurrency = Number("--list-concurrency", "Tempo's list_blocks_concurrency.", Usual.ListConcurrency, 1, 1000);
    private readonly NumberOption<int> _indexBuilders = Number("--index-builders", "Tempo's blocklist_poll_tenant_index_builders.", Usual.IndexBuilders, 1, 1000);
    private readonly NumberOption<int> _compactors = Number("--compactors", "Compactors.", Usual.Compactors, 0, 10_000);
    private readonly NumberOption<int> _queriers = Number("--queriers", "Queriers.", Usual.Queriers, 0, 10_000);
    private readonly NumberOption<int> _frontends = Number("--query-frontends", "Query-frontends.", Usual.QueryFrontends, 0, 10_000);
    private readonly NumberOption<int> _ingesters = Number("--ingesters", "Ingesters.", Usual.Ingesters, 0, 10_000);
    private readonly NumberOption<int> _replication = Number("--replication-factor", "Ingesters that each span is written to.", Usual.ReplicationFactor, 1, 100);
    private readonly NumberOption<double> _inputs = Fraction("--compaction-inputs", "Blocks that a compaction combines.", Usual.CompactionInputs, 2, 4);
    private readonly NumberOption<double> _lookups = Fraction("--lookups-per-hour", "Traces looked up by id, without a time range.", Usual.LookupsPerHour, 0, 1e9);
    private readonly NumberOption<double> _searches = Fraction("--searches-per-hour", "Searches.", Usual.SearchesPerHour, 0, 1e9);
    private readonly Option<TimeSpan> _searchRange = Duration("--search-range", "What a search looks at.", "1h");
    private readonly Option<decimal?> _egress = Size("--egress", "Bytes that leave the bucket in a month and are not counted by the operator as its own network.");
    private readonly Option<string?> _region = new("--region") { Description = "Region of the bucket [default: us-east].", HelpName = "REGION" };
    private readonly Option<string?> _class = new("--class") { Description = "Storage class: standard, smart, vault, cold, onerate_active [default: standard].", HelpName = "CLASS" };
    private readonly Option<string> _endpointType = new("--endpoint-type") { Description = "Endpoint that Tempo uses: traffic by private and direct ones is free.", DefaultValueFactory = _ => "direct" };
    private readonly Option<string> _currency = new("--currency") { Description = "Of the prices.", HelpName = "CODE", DefaultValueFactory = _ => "USD" };
    private readonly Option<string?> _prices = new("--prices") { Description = "A price table (docs/cost.md has its shape), its address, or 'catalog' for IBM's own list [default: the table of this version].", HelpName = "FILE|URL|catalog" };
    private readonly Option<string?> _run = new("--from-run") { Description = "Take blocks, bytes and place from the receipt of a run.", HelpName = "RUN" };
    private readonly Option<string?> _from = new("--from") { Description = "Count tenants, blocks and bytes in a directory or in s3://BUCKET[/PREFIX].", HelpName = "LOCATION" };
    private readonly Option<bool> _explain = new("--explain") { Description = "Say how each number comes about." };
    private readonly Option<string> _format = new("--format") { Description = "table for people, json for programs (docs/cost.md has its shape).", DefaultValueFactory = _ => "table" };

    public CostOptions()
    {
        Location = new BlockOptions("With --from: only this tenant [default: all].", _format);
        _endpointType.AcceptOnlyFromAmong("public", "private", "direct");
        _currency.Validators.Add(result => Require(result, result.GetValueOrDefault<string>() is { Length: 3 } code && code.All(char.IsAsciiLetterUpper), "must be a code such as USD"));
    }

    /// <summary>How a location of blocks is reached.</summary>
    public BlockOptions Location { get; }

    public void AddTo(Command command)
    {
        foreach (var option in new Option[]
        {
            _blocks, _tenants, _poll, _retention, _stored, _spans, _bytesPerSpan, _listConcurrency, _indexBuilders, _compactors, _queriers, _frontends, _ingesters, _replication,
            _blockDuration, _window, _inputs, _lookups, _searches, _searchRange, _egress, _region, _class, _endpointType, _currency, _prices, _run, _from, _explain,
        })
        {
            command.Add(option);
        }

        Location.AddTo(command);
    }

    public bool IsJson(ParseResult parsed) => parsed.GetValue(_format) == "json";

    public bool Explains(ParseResult parsed) => parsed.GetValue(_explain);

    public string? Run(ParseResult parsed) => parsed.GetValue(_run);

    public string? From(ParseResult parsed) => parsed.GetValue(_from);

    public string? Region(ParseResult parsed) => parsed.GetValue(_region);

    public string? StorageClass(ParseResult parsed) => parsed.GetValue(_class);

    public string EndpointType(ParseResult parsed) => parsed.GetValue(_endpointType)!;

    public string? Prices(ParseResult parsed) => parsed.GetValue(_prices);

    public string Currency(ParseResult parsed) => parsed.GetValue(_currency)!;

    /// <summary>What was asked for; where it says nothing of blocks, bytes and tenants, what was found elsewhere.</summary>
    public TempoWorkload Workload(ParseResult parsed, StoredBlocks? found) => new()
    {
        Blocks = parsed.GetValue(_blocks) ?? found?.Blocks,
        StoredBytes = parsed.GetValue(_stored) ?? found?.Bytes,
        Tenants = parsed.GetResult(_tenants) is { Implicit: true } && found is { Tenants: > 0 } ? found.Tenants : _tenants.Read(parsed),
        BloomShards = Math.Max(1, found?.BloomShards ?? 1),
        SpansPerSecond = parsed.GetValue(_spans),
        BytesPerSpan = _bytesPerSpan.Read(parsed),
        Poll = Given(parsed, _poll, Usual.Poll),
        Retention = Given(parsed, _retention, Usual.Retention),
        CompactionWindow = Given(parsed, _window, Usual.CompactionWindow),
        BlockDuration = Given(parsed, _blockDuration, Usual.BlockDuration),
        ListConcurrency = _listConcurrency.Read(parsed),
        IndexBuilders = _indexBuilders.Read(parsed),
        Compactors = _compactors.Read(parsed),
        Queriers = _queriers.Read(parsed),
        QueryFrontends = _frontends.Read(parsed),
        Ingesters = _ingesters.Read(parsed),
        ReplicationFactor = _replication.Read(parsed),
        CompactionInputs = _inputs.Read(parsed),
        LookupsPerHour = _lookups.Read(parsed),
        SearchesPerHour = _searches.Read(parsed),
        SearchRange = Given(parsed, _searchRange, Usual.SearchRange),
        EgressBytes = parsed.GetValue(_egress) ?? 0,
    };

    private static NumberOption<int> Number(string name, string description, int value, int least, int most) =>
        new(name, description, number => number >= least && number <= most, $"must be a whole number between {least} and {most}", value);

    private static NumberOption<double> Fraction(string name, string description, double value, double least, double most) =>
        new(name, description, number => number >= least && number <= most, $"must be between {least:0} and {most:0}", value);

    private static Option<TimeSpan> Duration(string name, string description, string text) => new(name)
    {
        Description = $"{description} [default: {text}]",
        HelpName = "DURATION",
        CustomParser = result => UsageQuantity.TryParseDuration(result.Tokens[0].Value, out var duration)
            ? duration
            : Refuse<TimeSpan>(result, $"{name} {result.Tokens[0].Value}: not a duration; write 30s, 5m, 48h or 14d"),
    };

    private static TimeSpan Given(ParseResult parsed, Option<TimeSpan> option, TimeSpan usual) => parsed.GetValue(option) is { Ticks: > 0 } given ? given : usual;

    private static Option<decimal?> Size(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "SIZE",
        CustomParser = result => UsageQuantity.TryParseBytes(result.Tokens[0].Value, out var bytes)
            ? bytes
            : Refuse<decimal?>(result, $"{name} {result.Tokens[0].Value}: not a size; write 500GiB, 1.5TB or a number of bytes"),
    };

    private static T? Refuse<T>(ArgumentResult result, string message)
    {
        result.AddError(message);
        return default;
    }

    private static void Require(OptionResult result, bool holds, string rule)
    {
        if (!holds)
        {
            result.AddError($"{result.Option.Name} {string.Join(' ', result.Tokens.Select(token => token.Value))}: {rule}");
        }
    }
}
