using TempoCos.Contracts;

namespace TempoCos.CosProvisioner.Tests.Killing;

/// <summary>kill -9 after every single request of a run: what was made until then is removed by another process that knows nothing but the ledger.</summary>
public abstract class ProvisionKillTests(bool losesAnswer)
{
    [Fact]
    public async Task Nothing_is_left_after_a_kill_at_any_request()
    {
        await using var ground = await KillingGround.StartAsync();
        var before = await ground.InventoryAsync();
        var kills = 0;
        var next = ground.StartVictimAsync();
        for (var requests = 0; requests < KillingGround.MostRequests; requests++)
        {
            var runId = $"rkill{requests:000}";
            await using var victim = await next;

            // The next one starts while this one works: half of the time goes into starting.
            next = ground.StartVictimAsync();
            ground.Gateway.Arm(requests, losesAnswer, victim.Kill);
            await Record.ExceptionAsync(() => victim.ProvisionAsync(new ProvisionRequest { RunId = runId, HardQuotaBytes = 1 << 30, AllowedIps = { "127.0.0.1" } }));
            if (ground.Gateway.HasKilled)
            {
                await victim.WaitForEndAsync();
            }

            await ground.CleanUpAsync(runId, before, $"killed at request {requests} ({(losesAnswer ? "its answer lost" : "answered")}): {string.Join(", ", ground.Gateway.Requests.TakeLast(2))}");
            if (!ground.Gateway.HasKilled)
            {
                break;
            }

            kills++;
        }

        await (await next).DisposeAsync();

        // The control: the kills were real ones, of a run that needs many requests and can end well.
        kills.ShouldBeInRange(25, KillingGround.MostRequests - 1);
        TestContext.Current.TestOutputHelper?.WriteLine($"{kills} kills");
    }
}
