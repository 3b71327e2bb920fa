using System.Net;
using TempoCos.IbmCloud.Tests.Support;

namespace TempoCos.IbmCloud.Tests.ControlPlane;

public sealed class ResourceGroupTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_group_is_created_listed_by_name_and_deleted()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var account = (await emulator.InventoryAsync(Cancelled)).Text("accountId");
        var created = await cloud.PostAsync(Cloud.Groups, new { name = "tempo-rg", account_id = account }, HttpStatusCode.Created, Cancelled);
        created.Select(pair => pair.Key).ShouldBe(["id", "crn"]);

        var list = await cloud.GetAsync($"{Cloud.Groups}?account_id={account}&name=tempo-rg", HttpStatusCode.OK, Cancelled);
        list["resources"]!.AsArray().Count.ShouldBe(1);
        list["resources"]![0]!.Text("state").ShouldBe("ACTIVE");
        (await cloud.GetAsync($"{Cloud.Groups}?name=nobody", HttpStatusCode.OK, Cancelled))["resources"]!.AsArray().ShouldBeEmpty();

        await cloud.DeleteAsync($"{Cloud.Groups}/{created.Text("id")}", HttpStatusCode.NoContent, Cancelled);
        await cloud.GetAsync($"{Cloud.Groups}/{created.Text("id")}", HttpStatusCode.NotFound, Cancelled);
    }

    [Fact]
    public async Task A_name_is_used_once()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        await cloud.CreateGroupAsync(emulator, "twice", Cancelled);
        var account = (await emulator.InventoryAsync(Cancelled)).Text("accountId");
        var error = await cloud.PostAsync(Cloud.Groups, new { name = "twice", account_id = account }, HttpStatusCode.BadRequest, Cancelled);
        error["errors"]![0]!.Text("code").ShouldBe("RESOURCE_GROUP_NAME_UNIQUENESS");
        error.Text("trace").ShouldNotBeEmpty();
    }

    [Fact]
    public async Task The_default_group_stays()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var list = await cloud.GetAsync($"{Cloud.Groups}?default=true", HttpStatusCode.OK, Cancelled);
        await cloud.DeleteAsync($"{Cloud.Groups}/{list["resources"]![0]!.Text("id")}", HttpStatusCode.BadRequest, Cancelled);
    }

    [Fact]
    public async Task A_group_stays_while_an_instance_is_active_or_pending_reclamation()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var group = await cloud.CreateGroupAsync(emulator, "busy", Cancelled);
        var instance = await cloud.CreateInstanceAsync(group, "cos", Cancelled);
        await cloud.DeleteAsync($"{Cloud.Groups}/{group}", HttpStatusCode.BadRequest, Cancelled);

        await cloud.DeleteAsync($"{Cloud.Instances}/{instance.Text("guid")}", HttpStatusCode.NoContent, Cancelled);
        await cloud.DeleteAsync($"{Cloud.Groups}/{group}", HttpStatusCode.BadRequest, Cancelled);

        var reclamation = (await cloud.GetAsync(Cloud.Reclamations, HttpStatusCode.OK, Cancelled))["resources"]![0]!.Text("id");
        await cloud.PostAsync($"{Cloud.Reclamations}/{reclamation}/actions/reclaim", new { }, HttpStatusCode.OK, Cancelled);
        await cloud.DeleteAsync($"{Cloud.Groups}/{group}", HttpStatusCode.NoContent, Cancelled);
    }
}
