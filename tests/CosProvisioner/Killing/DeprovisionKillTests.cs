using TempoCos.Contracts;

namespace TempoCos.CosProvisioner.Tests.Killing;

/// <summary>kill -9 after every single request of a clean-up, which another process ends.</summary>
public sealed class DeprovisionKillTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_second_destroy_ends_what_a_killed_one_began(bool losesAnswer)
    {
        await using var ground = await KillingGround.StartAsync();
        var before = await ground.InventoryAsync();
        var kills = 0;
        var next = ground.StartVictimAsync();
        for (var requests = 0; requests < KillingGround.MostRequests; requests++)
        {
            var runId = $"rdown{requests:000}";
            var provisioned = (await ground.Survivor.ProvisionAsync(new ProvisionRequest { RunId = runId })).ShouldNotBeNull();
            await DeprovisionTests.FillAsync(ground.Sandbox, provisioned, objects: 2, uploads: 1);
            await using var victim = await next;
            next = ground.StartVictimAsync();
            ground.Gateway.Arm(requests, losesAnswer, victim.Kill);
            await Record.ExceptionAsync(() => victim.DeprovisionAsync(runId));
            if (ground.Gateway.HasKilled)
            {
                await victim.WaitForEndAsync();
            }

            await ground.CleanUpAsync(runId, before, $"killed at request {requests}: {string.Join(", ", ground.Gateway.Requests.TakeLast(2))}");
            if (!ground.Gateway.HasKilled)
            {
                break;
            }

            kills++;
        }

        await (await next).DisposeAsync();
        kills.ShouldBeInRange(15, KillingGround.MostRequests - 1);
        TestContext.Current.TestOutputHelper?.WriteLine($"{kills} kills");
    }
}
