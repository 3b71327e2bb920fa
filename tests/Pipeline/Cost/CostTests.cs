using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using TempoCos.IbmCloud;
using TempoCos.Pipeline.Tests.Blocks;

namespace TempoCos.Pipeline.Tests.Cost;

/// <summary><c>tempocos cost</c>, run as a user runs it.</summary>
public sealed class CostTests : IDisposable
{
    private const string Own = """
        {
          "schema": "https://tempocos.dev/schemas/prices-1.json", "asOf": "2026-11-01", "currency": "EUR",
          "prices": [
            { "item": "storage", "class": "standard", "regions": ["*"], "tiers": [{ "price": 0.02 }] },
            { "item": "classA", "class": "standard", "regions": ["*"], "per": 1000, "tiers": [{ "price": 1 }] },
            { "item": "classB", "class": "standard", "regions": ["*"], "per": 1000, "tiers": [{ "price": 0.1 }] }
          ]
        }
        """;

    private readonly string _home = Directory.CreateTempSubdirectory("tempocos-cost-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_table_names_components_totals_prices_and_how_well_each_is_known()
    {
        var (exitCode, output) = await RunAsync("--blocks", "1000", "--retention", "14d", "--stored", "500GiB", "--region", "us-south", "--endpoint-type", "public", "--egress", "10GiB", "--explain");

        exitCode.ShouldBe(0, output);
        output.ShouldContain("A month of 30 days in us-south, class standard, public endpoint: 1,000 blocks of 1 tenant, 500.0 GiB stored, polled every 300 s");
        foreach (var text in (string[])["list blocks", "write tenant index", "query-frontend", "traffic out", "total", "recorded", "documented", "derived", "counted", "1 builders a tenant × 1 tenants × 8640 polls × 6 listings of 4038 objects in 3 parts"])
        {
            output.ShouldContain(text);
        }
    }

    [Fact]
    public async Task The_json_adds_up()
    {
        var cost = await JsonAsync("--blocks", "1000", "--stored", "1TB", "--spans-per-second", "1000", "--lookups-per-hour", "5", "--searches-per-hour", "5", "--endpoint-type", "direct", "--egress", "1TB");

        var lines = cost["lines"]!.AsArray();
        lines.Sum(line => (decimal)line!["cost"]!).ShouldBe((decimal)cost["total"]!, 0.0001m);
        lines.Sum(line => (decimal)line!["share"]!).ShouldBe(1, 0.0001m);
        ((decimal)lines.Single(line => (string?)line!["activity"] == "traffic out")!["cost"]!).ShouldBe(0, "traffic by a direct endpoint is free");
        cost["prices"]!.AsArray().Select(price => (string?)price!["confidence"]).ShouldContain("unconfirmed", "no figure of us-east is known");
    }

    [Fact]
    public async Task Prices_of_ones_own_are_taken_and_wrong_ones_named()
    {
        var file = Path.Combine(_home, "prices.json");
        await File.WriteAllTextAsync(file, Own, Ct);
        var cost = await JsonAsync("--prices", file, "--currency", "EUR", "--blocks", "0", "--queriers", "0", "--query-frontends", "0");
        // 8,640 polls: a listing of tenants, three of blocks, two indexes.
        ((decimal)cost["total"]!).ShouldBe(8.64m * 6);
        ((string?)cost["prices"]![0]!["confidence"]).ShouldBe("given");

        await ShouldFailAsync(3, "TC261", "these prices are in EUR, not in USD", "--prices", file);
        await File.WriteAllTextAsync(file, Own.Replace("\"per\": 1000, \"tiers\": [{ \"price\": 1 }]", "\"per\": 0, \"tiers\": [{ \"price\": 1 }]", StringComparison.Ordinal), Ct);
        await ShouldFailAsync(3, "TC261", "prices[1].per is 0, not above zero", "--prices", file);
        await File.WriteAllTextAsync(file, "{", Ct);
        await ShouldFailAsync(3, "TC261", "these prices cannot be used", "--prices", file);
        await ShouldFailAsync(3, "TC261", "the price table cannot be read", "--prices", Path.Combine(_home, "none.json"));
        await ShouldFailAsync(3, "TC261", "the prices cannot be fetched", "--prices", "http://127.0.0.1:1/prices");
        await ShouldFailAsync(3, "TC262", "ClassA in eu-de, class onerate_active", "--class", "onerate_active", "--region", "eu-de", "--egress", "1GB");
    }

    [Fact]
    public async Task IBMs_own_list_is_asked_by_plan_and_region()
    {
        string? asked = null;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var catalog = builder.Build();
        catalog.Map("/{**path}", (HttpContext context) =>
        {
            asked = context.Request.Path + context.Request.QueryString;
            return Results.Text("""
                {"deployment_region":"eu-de","effective_from":"2026-10-01T00:00:00Z","metrics":[
                  {"charge_unit_name":"STANDARD_CLASS_A_CALLS","charge_unit_quantity":1000,"amounts":[{"country":"DEU","currency":"EUR","prices":[{"quantity_tier":1,"price":2}]},{"country":"USA","currency":"USD","prices":[{"quantity_tier":1,"price":3}]}]},
                  {"charge_unit_name":"STANDARD_CLASS_B_CALLS","charge_unit_quantity":"10000","amounts":[{"country":"DEU","currency":"EUR","prices":[{"quantity_tier":1,"price":"0.5"}]}]}]}
                """, "application/json");
        });
        await catalog.StartAsync(Ct);

        using var pipeline = PipelineProcess.StartWith(
            new() { ["IbmCloud__GlobalCatalogUrl"] = $"{catalog.Urls.Single()}/api/v1/" }, _home, null, "cost", "--prices", "catalog", "--region", "eu-de", "--currency", "EUR", "--blocks", "0", "--queriers", "0", "--query-frontends", "0", "--format", "json");

        (await pipeline.WaitAsync()).ShouldBe(0, pipeline.Output);
        asked.ShouldBe("/api/v1/744bfc56-d12c-4866-88d5-dac9139e0e5d:global/pricing?deployment_region=eu-de");
        var cost = JsonNode.Parse(pipeline.Output)!;
        ((decimal)cost["total"]!).ShouldBe(8.64m * 6 * 2);
        ((string?)cost["pricesAsOf"]).ShouldBe("2026-10-01");
        ((string?)cost["prices"]![0]!["confidence"]).ShouldBe("catalog");
    }

    [Fact]
    public async Task The_emulators_price_list_is_one()
    {
        await using var cloud = IbmCloudApp.Create(new() { DataDirectory = Path.Combine(_home, "cloud"), LogLevel = LogLevel.Error });
        await cloud.StartAsync(Ct);

        using var pipeline = PipelineProcess.StartWith(
            new() { ["IbmCloud__GlobalCatalogUrl"] = $"{cloud.Urls.First().TrimEnd('/')}/_/global-catalog/api/v1" }, _home, null,
            "cost", "--prices", "catalog", "--region", "eu-de", "--stored", "1TB", "--egress", "1TB", "--endpoint-type", "public", "--format", "json");

        (await pipeline.WaitAsync()).ShouldBe(0, pipeline.Output);
        JsonNode.Parse(pipeline.Output)!["prices"]!.AsArray().Select(price => $"{price!["item"]} {price["confidence"]}").ShouldBe(["classA catalog", "classB catalog", "storage catalog", "egress catalog"]);
    }

    [Fact]
    public async Task Blocks_are_counted_where_they_are()
    {
        using var folder = await BlocksFolder.CreateAsync();
        var cost = await JsonAsync("--from", folder.Path);
        var listed = (await BlocksRun.RunAsync("list", folder.Path, "--format", "json")).ShouldEnd(0).Json;
        var tenants = listed.GetProperty("tenants").EnumerateArray().ToList();
        ((double)cost["workload"]!["blocks"]!).ShouldBe(tenants.Sum(tenant => tenant.GetProperty("blocks").GetInt32()));
        ((int)cost["workload"]!["tenants"]!).ShouldBe(tenants.Count(tenant => tenant.GetProperty("blocks").GetInt32() > 0));
        ((decimal)cost["workload"]!["storedBytes"]!).ShouldBe(tenants.Sum(tenant => tenant.GetProperty("bytes").GetInt64()));
    }

    [Theory]
    [InlineData("--poll", "5", "not a duration")]
    [InlineData("--poll", "0s", "not a duration")]
    [InlineData("--stored", "5 parsecs", "not a size")]
    [InlineData("--blocks", "-1", "must be between")]
    [InlineData("--list-concurrency", "0", "must be a whole number between 1 and 1000")]
    [InlineData("--compaction-inputs", "5", "between 2 and 4")]
    [InlineData("--currency", "dollars", "must be a code such as USD")]
    public Task A_value_that_makes_no_sense_is_named(string option, string value, string text) => ShouldFailAsync(2, option, text, option, value);

    [Fact]
    public Task An_endpoint_type_is_one_of_three() => ShouldFailAsync(2, "'fast' not recognized", "'direct'", "--endpoint-type", "fast");

    [Fact]
    public Task Two_sources_contradict_one_another() => ShouldFailAsync(2, "--from", "cannot be given together", "--from", ".", "--from-run", "rx");

    public void Dispose() => Directory.Delete(_home, recursive: true);

    private Task<(int ExitCode, string Output)> RunAsync(params string[] arguments) => PipelineProcess.RunAsync(_home, null, ["cost", .. arguments]);

    private async Task<JsonNode> JsonAsync(params string[] arguments)
    {
        var (exitCode, output) = await RunAsync([.. arguments, "--format", "json"]);
        exitCode.ShouldBe(0, output);
        return JsonNode.Parse(output)!;
    }

    private async Task ShouldFailAsync(int exitCode, string code, string text, params string[] arguments)
    {
        var (ended, output) = await RunAsync(arguments);
        ended.ShouldBe(exitCode, output);
        output.ShouldContain(code);
        output.ShouldContain(text);
        output.ShouldNotContain("   at ");
    }
}
