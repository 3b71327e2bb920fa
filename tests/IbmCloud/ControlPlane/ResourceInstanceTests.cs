using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using TempoCos.IbmCloud.Tests.Support;

namespace TempoCos.IbmCloud.Tests.ControlPlane;

public sealed class ResourceInstanceTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_instance_is_active_at_once_and_found_by_guid_and_by_crn()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var group = await cloud.CreateGroupAsync(emulator, "g", Cancelled);
        var instance = await cloud.CreateInstanceAsync(group, "tempo-cos", Cancelled);
        instance.Text("state").ShouldBe("active");
        instance.Text("last_operation", "state").ShouldBe("succeeded");
        instance.Text("id").ShouldBe(instance.Text("crn"));
        instance.Text("crn").ShouldBe($"crn:v1:bluemix:public:cloud-object-storage:global:a/{instance.Text("account_id")}:{instance.Text("guid")}::");
        instance.Text("created_at").ShouldEndWith("Z");
        instance.ContainsKey("tags").ShouldBeFalse();

        var byCrn = await cloud.GetAsync($"{Cloud.Instances}/{Uri.EscapeDataString(instance.Text("crn"))}", HttpStatusCode.OK, Cancelled);
        byCrn.Text("guid").ShouldBe(instance.Text("guid"));
        await cloud.GetAsync($"{Cloud.Instances}/{Guid.NewGuid()}", HttpStatusCode.NotFound, Cancelled);
    }

    [Fact]
    public async Task Names_are_not_unique_and_lists_filter()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var group = await cloud.CreateGroupAsync(emulator, "g", Cancelled);
        await cloud.CreateInstanceAsync(group, "same", Cancelled);
        await cloud.CreateInstanceAsync(group, "same", Cancelled);
        await cloud.CreateInstanceAsync(group, "other", Cancelled);
        (await ListAsync(cloud, "name=same")).Count.ShouldBe(2);
        (await ListAsync(cloud, $"resource_group_id={group}&resource_id=dff97f5c-bc5e-4455-b470-411c3edbe49c")).Count.ShouldBe(3);
        (await ListAsync(cloud, "name=none")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_long_list_comes_in_pages()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        await emulator.TurnAsync(new { pageSize = 2 }, Cancelled);
        var group = await cloud.CreateGroupAsync(emulator, "g", Cancelled);
        for (var i = 0; i < 5; i++)
        {
            await cloud.CreateInstanceAsync(group, $"paged-{i}", Cancelled);
        }

        var names = new List<string>();
        var pages = 0;
        for (var url = $"/v2/resource_instances?resource_group_id={group}"; url is not null; pages++)
        {
            var page = await cloud.GetAsync("/_/resource-controller" + url, HttpStatusCode.OK, Cancelled);
            page["rows_count"]!.GetValue<int>().ShouldBe(page["resources"]!.AsArray().Count);
            names.AddRange(page["resources"]!.AsArray().Select(row => row!.Text("name")));
            url = page["next_url"]?.GetValue<string>();
        }

        pages.ShouldBe(3);
        names.ShouldBe(["paged-0", "paged-1", "paged-2", "paged-3", "paged-4"]);
    }

    [Fact]
    public async Task Deletion_means_pending_reclamation_and_leaves_the_default_list()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var (_, instance, _) = await cloud.ProvisionAsync(emulator, Cancelled);
        var url = $"{Cloud.Instances}/{instance.Text("guid")}";

        await cloud.DeleteAsync(url, HttpStatusCode.BadRequest, Cancelled);
        await cloud.DeleteAsync(url + "?recursive=true", HttpStatusCode.NoContent, Cancelled);

        var after = await cloud.GetAsync(url, HttpStatusCode.OK, Cancelled);
        after.Text("state").ShouldBe("pending_reclamation");
        after["scheduled_reclaim_at"].ShouldNotBeNull();
        (await ListAsync(cloud, $"guid={instance.Text("guid")}")).ShouldBeEmpty();
        (await ListAsync(cloud, $"guid={instance.Text("guid")}&state=pending_reclamation")).Count.ShouldBe(1);
        await cloud.DeleteAsync(url, HttpStatusCode.Gone, Cancelled);
    }

    [Fact]
    public async Task A_locked_instance_is_neither_changed_nor_deleted()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var group = await cloud.CreateGroupAsync(emulator, "g", Cancelled);
        var url = $"{Cloud.Instances}/{(await cloud.CreateInstanceAsync(group, "locked", Cancelled)).Text("guid")}";
        await cloud.PostAsync(url + "/lock", new { }, HttpStatusCode.OK, Cancelled);
        using (var refused = await cloud.PatchAsJsonAsync(url, new { name = "renamed" }, Cancelled))
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        }

        await cloud.DeleteAsync(url, HttpStatusCode.UnprocessableEntity, Cancelled);
        await cloud.DeleteAsync(url + "/lock", HttpStatusCode.OK, Cancelled);
        using var renamed = await cloud.PatchAsJsonAsync(url, new { name = "renamed" }, Cancelled);
        (await renamed.Content.ReadFromJsonAsync<JsonObject>(Cancelled))!.Text("name").ShouldBe("renamed");
        await cloud.DeleteAsync(url, HttpStatusCode.NoContent, Cancelled);
    }

    [Theory]
    [InlineData("", "global", "744bfc56-d12c-4866-88d5-dac9139e0e5d")]
    [InlineData("n", "mars", "744bfc56-d12c-4866-88d5-dac9139e0e5d")]
    [InlineData("n", "global", "00000000-0000-0000-0000-000000000000")]
    [InlineData("n", "global", "2fdf0c08-2d32-4f46-84b5-32e0c92fffd8")]
    public async Task What_the_catalog_does_not_have_is_refused(string name, string target, string plan)
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var group = await cloud.CreateGroupAsync(emulator, "g", Cancelled);
        var error = await cloud.PostAsync(Cloud.Instances, new { name, target, resource_group = group, resource_plan_id = plan }, HttpStatusCode.BadRequest, Cancelled);
        error.Text("error_code").ShouldStartWith("RC-");
        error["status_code"]!.GetValue<int>().ShouldBe(400);
    }

    private static async Task<JsonArray> ListAsync(HttpClient cloud, string query) =>
        (await cloud.GetAsync($"{Cloud.Instances}?{query}", HttpStatusCode.OK, Cancelled))["resources"]!.AsArray();
}
