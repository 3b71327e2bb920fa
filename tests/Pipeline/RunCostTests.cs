using System.Text.Json.Nodes;

namespace TempoCos.Pipeline.Tests;

/// <summary>What a run asked of its object store, in its receipt, in its summary, and in what is projected from it.</summary>
public sealed class RunCostTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("tempocos-cost-").FullName;

    [Fact]
    public async Task A_run_tells_what_it_asked_what_that_costs_and_what_a_month_would()
    {
        await using var services = await ScriptedServices.StartAsync();
        services.LocationConstraint = "us-south-standard";
        services.Usage = new StorageUsage { ClassA = 2000, ClassB = 20_000, Free = 3, BytesSent = 100, BytesReceived = 2_000_000_000, Operations = { ["PutObject"] = 2000, ["GetObject"] = 20_000, ["DeleteObject"] = 3 } };

        var (exitCode, output) = await PipelineProcess.RunAsync(_home, services.Address, "serve", "--run", "--once", "--run-id", "rcost");

        exitCode.ShouldBe(0, output);
        var cost = Cost("rcost")!;
        cost["measured"]!.AsArray().Select(used => $"{used!["stage"]} {used["service"]} {used["classA"]}").ShouldBe(["provision cos-provisioner 2000", "verify query-verifier 2000"]);
        ((long)cost["total"]!["classB"]!).ShouldBe(40_000);
        ((long)cost["told"]![0]!["requests"]!["PUT 200"]!).ShouldBe(4);
        ((long)cost["bucket"]!["blocks"]!).ShouldBe(2);

        // 4,000 of class A, 40,000 of class B, and 4 GB by the public endpoint.
        ((decimal)cost["amount"]!).ShouldBe((4 * 0.005225m) + (4 * 0.00418m) + (4 * 0.09m));
        ((string?)cost["confidence"]).ShouldBe("recorded");
        var (configured, usual) = (cost["monthAsConfigured"]!, cost["monthAtFiveMinutes"]!);
        ((double)configured["pollSeconds"]!).ShouldBe(2);
        ((double)usual["pollSeconds"]!).ShouldBe(300);
        ((decimal)configured["amount"]!).ShouldBe((decimal)usual["amount"]! * 150, 0.01m);
        output.ShouldContain("cost: 4000 requests of class A, 40000 of class B, 6 free, 3.7 GiB in, 200 B out: USD 0.40 (recorded prices of 2026-02-19); a month of this Tempo at rest: USD 0.37, 55.26 with its blocklist_poll of 2 s");
    }

    [Theory]
    [InlineData("", "no location constraint")]
    [InlineData("us-south-vault", "have none for it (ClassA in us-south, class vault)")]
    public async Task Where_no_price_is_known_there_is_no_amount_but_the_reason(string locationConstraint, string reason)
    {
        await using var services = await ScriptedServices.StartAsync();
        services.LocationConstraint = locationConstraint;
        services.Usage = new StorageUsage { ClassA = 1, Operations = { ["PutObject"] = 1 } };

        var (exitCode, output) = await PipelineProcess.RunAsync(_home, services.Address, "serve", "--run", "--once", "--run-id", "rnoprice");

        exitCode.ShouldBe(0, output);
        var cost = Cost("rnoprice")!;
        cost["amount"].ShouldBeNull();
        ((string)cost["note"]!).ShouldContain(reason);
        output.ShouldContain(reason);
    }

    [Fact]
    public async Task Services_that_measure_nothing_leave_no_cost()
    {
        await using var services = await ScriptedServices.StartAsync();

        var (exitCode, output) = await PipelineProcess.RunAsync(_home, services.Address, "serve", "--run", "--once", "--run-id", "rsilent");

        exitCode.ShouldBe(0, output);
        Cost("rsilent").ShouldBeNull();
        output.ShouldNotContain("cost:");
    }

    [Fact]
    public async Task A_runs_blocks_and_place_are_projected()
    {
        await using var services = await ScriptedServices.StartAsync();
        services.LocationConstraint = "eu-de-standard";
        services.Usage = new StorageUsage { ClassA = 1, Operations = { ["PutObject"] = 1 } };
        await PipelineProcess.RunAsync(_home, services.Address, "serve", "--run", "--once", "--run-id", "rfrom");

        var (exitCode, output) = await PipelineProcess.RunAsync(_home, null, "cost", "--from-run", "rfrom", "--format", "json");

        exitCode.ShouldBe(0, output);
        var document = JsonNode.Parse(output)!;
        ((string?)document["region"]).ShouldBe("eu-de");
        ((double)document["workload"]!["blocks"]!).ShouldBe(2);
        ((decimal)document["workload"]!["storedBytes"]!).ShouldBe(4096);
        (await PipelineProcess.RunAsync(_home, null, "cost", "--from-run", "rnever")).ShouldSatisfyAllConditions(
            ended => ended.ExitCode.ShouldBe(3),
            ended => ended.Output.ShouldContain("TC906"));
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);

    private JsonNode? Cost(string runId) => JsonNode.Parse(File.ReadAllText(Path.Combine(_home, "runs", runId, "receipt.json")))!["cost"];
}
