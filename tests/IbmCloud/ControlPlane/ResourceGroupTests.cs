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
    public async Task The_name_of_a_deleted_group_is_free_unless_the_knob_blocks_it()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var account = (await emulator.InventoryAsync(Cancelled)).Text("accountId");
        var first = await cloud.CreateGroupAsync(emulator, "again", Cancelled);
        await cloud.DeleteAsync($"{Cloud.Groups}/{first}", HttpStatusCode.NoContent, Cancelled);
        await emulator.TurnAsync(new { deletedGroupNamesBlocked = true }, Cancelled);
        var error = await cloud.PostAsync(Cloud.Groups, new { name = "again", account_id = account }, HttpStatusCode.BadRequest, Cancelled);
        error["errors"]![0]!.Text("code").ShouldBe("RESOURCE_GROUP_NAME_UNIQUENESS");
        await emulator.TurnAsync(new { deletedGroupNamesBlocked = false }, Cancelled);
        var second = await cloud.CreateGroupAsync(emulator, "again", Cancelled);

        (await cloud.RowsAsync(Cloud.Groups + "?name=again", Cancelled)).Select(row => row.Text("id")).ShouldBe([second]);
        (await cloud.RowsAsync(Cloud.Groups + "?name=again&include_deleted=true", Cancelled)).Select(row => row.Text("state")).ShouldBe(["DELETED", "ACTIVE"], ignoreOrder: true);
        await cloud.DeleteAsync($"{Cloud.Groups}/{first}", HttpStatusCode.NotFound, Cancelled);
        (await emulator.InventoryAsync(Cancelled))["resourceGroups"]!.AsArray().Count.ShouldBe(2);
        await cloud.PostAsync(Cloud.Instances, new { name = "n", target = "global", resource_group = first, resource_plan_id = Emulator.StandardPlan }, HttpStatusCode.BadRequest, Cancelled);
    }

    [Fact]
    public async Task A_new_group_is_not_found_at_once_when_the_knob_says_so()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        await emulator.TurnAsync(new { resourceGroupLagSeconds = 3600 }, Cancelled);
        var group = await cloud.CreateGroupAsync(emulator, "late", Cancelled);
        await cloud.GetAsync($"{Cloud.Groups}/{group}", HttpStatusCode.NotFound, Cancelled);
        (await cloud.RowsAsync(Cloud.Groups + "?name=late", Cancelled)).ShouldBeEmpty();
        await emulator.TurnAsync(new { resourceGroupLagSeconds = 0 }, Cancelled);
        (await cloud.GetAsync($"{Cloud.Groups}/{group}", HttpStatusCode.OK, Cancelled)).Text("name").ShouldBe("late");
    }

    [Fact]
    public async Task An_unknown_name_is_nothing_or_404_by_the_knob()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        string[] paths = [Cloud.Groups, Cloud.Instances, Cloud.Keys];
        foreach (var path in paths)
        {
            (await cloud.RowsAsync(path + "?name=nobody", Cancelled)).ShouldBeEmpty();
        }

        await emulator.TurnAsync(new { unknownNameStatus = 404 }, Cancelled);
        foreach (var path in paths)
        {
            await cloud.GetAsync(path + "?name=nobody", HttpStatusCode.NotFound, Cancelled);
            await cloud.GetAsync(path, HttpStatusCode.OK, Cancelled);
        }
    }

    [Fact]
    public async Task A_group_is_renamed_and_suspended_within_the_rules()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var group = await cloud.CreateGroupAsync(emulator, "before", Cancelled);
        await cloud.CreateGroupAsync(emulator, "taken", Cancelled);
        (await cloud.PatchAsync($"{Cloud.Groups}/{group}", new { name = "after", state = "SUSPENDED" }, HttpStatusCode.OK, Cancelled)).Text("name").ShouldBe("after");
        await cloud.PatchAsync($"{Cloud.Groups}/{group}", new { name = "taken" }, HttpStatusCode.BadRequest, Cancelled);
        await cloud.PatchAsync($"{Cloud.Groups}/{group}", new { state = "DELETED" }, HttpStatusCode.BadRequest, Cancelled);
        (await cloud.GetAsync($"{Cloud.Groups}/{group}", HttpStatusCode.OK, Cancelled)).Text("state").ShouldBe("SUSPENDED");
        await cloud.GetAsync(Cloud.Groups + "?default=maybe", HttpStatusCode.BadRequest, Cancelled);
    }

    [Fact]
    public async Task A_group_of_another_account_is_not_created()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        await cloud.PostAsync(Cloud.Groups, new { name = "g", account_id = new string('0', 32) }, HttpStatusCode.Forbidden, Cancelled);
        await cloud.PostAsync(Cloud.Groups, new { name = "g" }, HttpStatusCode.BadRequest, Cancelled);
        (await cloud.RowsAsync(Cloud.Groups, Cancelled)).Length.ShouldBe(1);
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
        await emulator.TurnAsync(new { groupNotEmptyStatus = 409 }, Cancelled);
        await cloud.DeleteAsync($"{Cloud.Groups}/{group}", HttpStatusCode.Conflict, Cancelled);
        await emulator.TurnAsync(new { groupNotEmptyStatus = 400 }, Cancelled);

        await cloud.DeleteAsync($"{Cloud.Instances}/{instance.Text("guid")}", HttpStatusCode.NoContent, Cancelled);
        await cloud.DeleteAsync($"{Cloud.Groups}/{group}", HttpStatusCode.BadRequest, Cancelled);

        var reclamation = (await cloud.GetAsync(Cloud.Reclamations, HttpStatusCode.OK, Cancelled))["resources"]![0]!.Text("id");
        await cloud.PostAsync($"{Cloud.Reclamations}/{reclamation}/actions/reclaim", new { }, HttpStatusCode.OK, Cancelled);
        await cloud.DeleteAsync($"{Cloud.Groups}/{group}", HttpStatusCode.NoContent, Cancelled);
    }
}
