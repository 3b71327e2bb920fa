using TempoCos.Contracts;
using TempoCos.CosProvisioner.Ledger;

namespace TempoCos.CosProvisioner.Tests;

/// <summary>Wherever the process dies, what it has made is found and removed by another one that has nothing but the ledger.</summary>
public sealed class CrashTests
{
    private const int MoreThanARunNeeds = 200;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nothing_is_left_when_provisioning_dies_after_any_request(bool losesLastAnswer)
    {
        await using var sandbox = await Sandbox.StartAsync();
        var inventory = await sandbox.InventoryAsync();
        var namespaces = await sandbox.NamespacesAsync();

        var deaths = 0;
        for (var requests = 0; requests < MoreThanARunNeeds; requests++)
        {
            var runId = $"r{requests:000}{(losesLastAnswer ? "lost" : "seen")}";
            var wire = new Wire { DiesAfter = requests, LosesLastAnswer = losesLastAnswer };
            await using (var mortal = new Provisioner(sandbox, wire))
            {
                await Record.ExceptionAsync(() => mortal.ProvisionAsync(new ProvisionRequest { RunId = runId }));
            }

            await CleanUpAsync(sandbox, runId, inventory, namespaces);
            if (!wire.Died)
            {
                break;
            }

            deaths++;
        }

        // The control: the deaths were real ones, in a run that needs many requests and can end well.
        deaths.ShouldBeInRange(20, MoreThanARunNeeds - 1);
    }

    [Fact]
    public async Task A_second_try_ends_what_clean_up_could_not_when_it_dies_after_any_request()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var inventory = await sandbox.InventoryAsync();
        var namespaces = await sandbox.NamespacesAsync();

        var deaths = 0;
        for (var requests = 0; requests < MoreThanARunNeeds; requests++)
        {
            var runId = $"r{requests:000}down";
            await using (var provisioner = new Provisioner(sandbox))
            {
                await provisioner.ProvisionAsync(new ProvisionRequest { RunId = runId });
            }

            var wire = new Wire { DiesAfter = requests, LosesLastAnswer = true };
            await using (var mortal = new Provisioner(sandbox, wire))
            {
                await Record.ExceptionAsync(() => mortal.DeprovisionAsync(runId));
            }

            await CleanUpAsync(sandbox, runId, inventory, namespaces);
            if (!wire.Died)
            {
                break;
            }

            deaths++;
        }

        deaths.ShouldBeInRange(10, MoreThanARunNeeds - 1);
    }

    [Fact]
    public async Task Provisioning_goes_on_where_it_died_and_makes_nothing_twice()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var whole = new Wire();
        await using (var provisioner = new Provisioner(sandbox, whole))
        {
            await provisioner.ProvisionAsync(new ProvisionRequest { RunId = "rwhole" });
        }

        var creations = Creations(whole);
        for (var requests = 0; requests < whole.Requests.Count; requests++)
        {
            var runId = $"r{requests:000}again";
            var first = new Wire { DiesAfter = requests, LosesLastAnswer = true };
            await using (var mortal = new Provisioner(sandbox, first))
            {
                await Record.ExceptionAsync(() => mortal.ProvisionAsync(new ProvisionRequest { RunId = runId }));
            }

            var second = new Wire();
            await using (var successor = new Provisioner(sandbox, second))
            {
                await successor.ProvisionAsync(new ProvisionRequest { RunId = runId });
                var attempted = first.Requests.Take(requests).Where(IsCreation).ToList();
                attempted.Concat(Creations(second)).Order(StringComparer.Ordinal)
                    .ShouldBe(creations.Order(StringComparer.Ordinal), $"after request {requests}: {first.Requests[^1]}");
                (await successor.DeprovisionAsync(runId)).Leftovers.ShouldBeEmpty();
            }
        }
    }

    private static List<string> Creations(Wire wire) => [.. wire.Requests.Where(IsCreation)];

    private static bool IsCreation(string request) =>
        request.StartsWith("POST", StringComparison.Ordinal)
        && (request.EndsWith("/v2/resource_groups", StringComparison.Ordinal)
            || request.EndsWith("/v2/resource_instances", StringComparison.Ordinal)
            || request.EndsWith("/v2/resource_keys", StringComparison.Ordinal)
            || request.EndsWith("/api/v1/namespaces", StringComparison.Ordinal));

    private static async Task CleanUpAsync(Sandbox sandbox, string runId, string inventory, IReadOnlyList<string> namespaces)
    {
        await using var successor = new Provisioner(sandbox);
        var result = await successor.DeprovisionAsync(runId);
        result.Leftovers.ShouldBeEmpty(runId);
        (await sandbox.InventoryAsync()).ShouldBe(inventory, runId);
        (await sandbox.NamespacesAsync()).ShouldBe(namespaces, runId);
        successor.Services.GetRequiredService<LedgerStore>().ReadAll().ShouldBeEmpty(runId);
    }
}
