using System.Net;
using TempoCos.IbmCloud.Tests.Support;

namespace TempoCos.IbmCloud.Tests.ControlPlane;

public sealed class CatalogTests
{
    private const string Catalog = "/_/global-catalog/api/v1";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Prices_have_charge_units_and_tiers()
    {
        await using var emulator = await Emulator.StartAsync();
        var prices = await emulator.Http.GetAsync($"{Catalog}/{Emulator.StandardPlan}:global/pricing?deployment_region=us-south", HttpStatusCode.OK, Cancelled);
        prices.Text("deployment_id").ShouldBe(Emulator.StandardPlan + ":global");
        prices.Text("type").ShouldBe("paygo");
        var metrics = prices["metrics"]!.AsArray();
        var bandwidth = metrics.Single(metric => metric!.Text("charge_unit_name") == "STANDARD_BANDWIDTH")!;
        bandwidth.Text("tier_model").ShouldBe("Step Tier");
        bandwidth["amounts"]![0]!["prices"]!.AsArray().Select(tier => tier!["price"]!.GetValue<double>()).ShouldBe([0.09, 0.07, 0.05]);
        metrics.Single(metric => metric!.Text("charge_unit_name") == "STANDARD_CLASS_A_CALLS")!["charge_unit_quantity"]!.GetValue<int>().ShouldBe(1000);

        var regions = await emulator.Http.GetAsync($"{Catalog}/{Emulator.StandardPlan}:global/pricing", HttpStatusCode.OK, Cancelled);
        regions["deployment_regions"]!.AsArray().Select(region => region!.GetValue<string>()).ShouldContain("us-east");
        await emulator.Http.GetAsync($"{Catalog}/{Emulator.StandardPlan}:global/pricing?deployment_region=mars", HttpStatusCode.NotFound, Cancelled);
        await emulator.Http.GetAsync($"{Catalog}/nothing:global/pricing?deployment_region=us-south", HttpStatusCode.NotFound, Cancelled);
    }

    [Fact]
    public async Task The_service_leads_to_its_plans_and_they_to_their_deployments()
    {
        await using var emulator = await Emulator.StartAsync();
        var service = (await emulator.Http.RowsAsync($"{Catalog}?q=cloud-object-storage", Cancelled)).Single();
        var plans = await emulator.Http.RowsAsync($"{Catalog}/{service.Text("id")}/plan", Cancelled);
        var standard = plans.Single(plan => plan.Text("name") == "standard");
        standard.Text("id").ShouldBe(Emulator.StandardPlan);
        plans.Single(plan => plan.Text("name") == "lite")["active"]!.GetValue<bool>().ShouldBeFalse();
        var deployment = (await emulator.Http.RowsAsync($"{Catalog}/{standard.Text("id")}/deployment?include=*", Cancelled))[0];
        deployment.Text("name").ShouldBe("premium-global-deployment");

        using var cloud = await emulator.SignInAsync(Cancelled);
        var group = await cloud.CreateGroupAsync(emulator, "g", Cancelled);
        var instance = await cloud.PostAsync(
            Cloud.Instances,
            new { name = "by-deployment", target = deployment.Text("catalog_crn"), resource_group = group, resource_plan_id = standard.Text("id") },
            HttpStatusCode.Created,
            Cancelled);
        instance.Text("target_crn").ShouldBe(deployment.Text("catalog_crn"));
    }
}
