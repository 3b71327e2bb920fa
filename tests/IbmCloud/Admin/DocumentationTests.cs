using System.Net.Http.Json;
using System.Text.Json.Nodes;
using TempoCos.IbmCloud.Faults;
using TempoCos.IbmCloud.Tests.Support;
using TempoCos.IbmCloud.Traffic;

namespace TempoCos.IbmCloud.Tests.Admin;

/// <summary>docs/sandbox-ibm-cloud.md names all that can be set.</summary>
public sealed class DocumentationTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_page_names_every_knob_operation_and_member_of_a_rule()
    {
        await using var emulator = await Emulator.StartAsync();
        var knobs = (await emulator.Http.GetFromJsonAsync<JsonObject>("/_/admin/knobs", Cancelled))!.Select(knob => knob.Key);
        var operations = Enum.GetNames<ControlPlaneOperation>().Except([nameof(ControlPlaneOperation.Unknown), nameof(ControlPlaneOperation.GetSigningKeys), nameof(ControlPlaneOperation.GetOpenIdConfiguration)]);
        await emulator.PlanFaultAsync(new { status = 503 }, Cancelled);
        var members = (await emulator.Http.GetFromJsonAsync<JsonArray>("/_/admin/faults", Cancelled))![0]!.AsObject().Select(member => member.Key).Except(["id", "hits"]);
        var page = await File.ReadAllTextAsync(Path.Combine(Root(), "docs", "sandbox-ibm-cloud.md"), Cancelled);
        knobs.Concat(operations).Concat(members).Where(name => !page.Contains($"`{name}`", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_rules_of_the_page_are_taken()
    {
        var page = await File.ReadAllLinesAsync(Path.Combine(Root(), "docs", "sandbox-ibm-cloud.md"), Cancelled);
        var rules = page.Where(line => line.StartsWith("| ", StringComparison.Ordinal) && line.Contains("`{\"", StringComparison.Ordinal)).SelectMany(line => line.Split('`').Where(part => part.StartsWith("{\"", StringComparison.Ordinal))).ToArray();
        rules.Length.ShouldBeGreaterThanOrEqualTo(5);
        foreach (var rule in rules)
        {
            FaultReader.Read(JsonNode.Parse(rule)!).Length.ShouldBe(1);
        }
    }

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "TempoCos.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("the tests do not run below the repository");
        }

        return directory.FullName;
    }
}
