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
    public async Task A_page_token_keeps_the_filters_and_its_place_when_rows_go()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var group = await cloud.CreateGroupAsync(emulator, "g", Cancelled);
        var other = await cloud.CreateGroupAsync(emulator, "other", Cancelled);
        var guids = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            guids.Add((await cloud.CreateInstanceAsync(group, $"paged-{i}", Cancelled)).Text("guid"));
            await cloud.CreateInstanceAsync(other, "elsewhere", Cancelled);
        }

        var first = await cloud.GetAsync($"{Cloud.Instances}?resource_group_id={group}&limit=2", HttpStatusCode.OK, Cancelled);
        var start = first.Text("next_url").Split("start=")[1];
        await cloud.DeleteAsync($"{Cloud.Instances}/{guids[2]}", HttpStatusCode.NoContent, Cancelled);
        var second = await cloud.GetAsync($"{Cloud.Instances}?start={start}&resource_group_id={other}", HttpStatusCode.OK, Cancelled);
        second["resources"]!.AsArray().Select(row => row!.Text("guid")).ShouldBe([guids[3]]);
        second["next_url"].ShouldBeNull();
        await cloud.GetAsync($"{Cloud.Instances}?start=nonsense", HttpStatusCode.BadRequest, Cancelled);
        await cloud.GetAsync($"{Cloud.Instances}?limit=0", HttpStatusCode.BadRequest, Cancelled);
    }

    [Fact]
    public async Task Lists_filter_by_state_type_and_day()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var group = await cloud.CreateGroupAsync(emulator, "g", Cancelled);
        await cloud.CreateInstanceAsync(group, "one", Cancelled);
        var today = DateTimeOffset.UtcNow;
        foreach (var (query, count) in new[]
        {
            ("type=service_instance", 1), ("type=resource_instance", 0), ("sub_type=kms", 0), ("state=active", 1), ("state=removed", 0),
            ($"updated_from={today.AddDays(-1):yyyy-MM-dd}", 1), ($"updated_from={today.AddDays(2):yyyy-MM-dd}", 0),
            ($"updated_to={today.AddDays(1):yyyy-MM-dd}", 1), ($"updated_to={today.AddDays(-2):yyyy-MM-dd}", 0),
            ("resource_plan_id=744bfc56-d12c-4866-88d5-dac9139e0e5d", 1), ("resource_plan_id=1e4e33e4-cfa6-4f12-9016-be594a6d5f87", 0),
        })
        {
            (await ListAsync(cloud, $"resource_group_id={group}&{query}")).Count.ShouldBe(count, query);
        }

        await cloud.GetAsync($"{Cloud.Instances}?state=asleep", HttpStatusCode.BadRequest, Cancelled);
        await cloud.GetAsync($"{Cloud.Instances}?updated_from=yesterday", HttpStatusCode.BadRequest, Cancelled);
    }

    [Theory]
    [InlineData(false, "active", "succeeded")]
    [InlineData(true, "failed", "failed")]
    public async Task Creation_can_take_its_time_and_can_fail(bool fails, string state, string operation)
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        await emulator.TurnAsync(new { instanceAsync = 3600, instanceFails = fails }, Cancelled);
        var group = await cloud.CreateGroupAsync(emulator, "g", Cancelled);
        var instance = await cloud.PostAsync(
            Cloud.Instances, new { name = "slow", target = "global", resource_group = group, resource_plan_id = Emulator.StandardPlan }, HttpStatusCode.Accepted, Cancelled);
        instance.Text("state").ShouldBe("provisioning");
        instance.Text("last_operation", "state").ShouldBe("in progress");
        instance["last_operation"]!["async"]!.GetValue<bool>().ShouldBeTrue();
        var url = $"{Cloud.Instances}/{instance.Text("guid")}";
        (await ListAsync(cloud, "name=slow")).Count.ShouldBe(1);
        await cloud.PostAsync(Cloud.Keys, new { name = "k", source = instance.Text("guid"), role = "Writer" }, HttpStatusCode.UnprocessableEntity, Cancelled);
        await cloud.DeleteAsync(url, HttpStatusCode.UnprocessableEntity, Cancelled);

        await emulator.TurnAsync(new { instanceAsync = 0 }, Cancelled);
        var after = await cloud.GetAsync(url, HttpStatusCode.OK, Cancelled);
        after.Text("state").ShouldBe(state);
        after.Text("last_operation", "state").ShouldBe(operation);
        await cloud.DeleteAsync(url, HttpStatusCode.NoContent, Cancelled);
    }

    [Fact]
    public async Task An_instance_changes_plan_and_name_within_the_rules()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var group = await cloud.CreateGroupAsync(emulator, "g", Cancelled);
        var url = $"{Cloud.Instances}/{(await cloud.CreateInstanceAsync(group, "n", Cancelled)).Text("guid")}";
        var changed = await cloud.PatchAsync(url, new { name = "m: 1.0_x-y", resource_plan_id = "1e4e33e4-cfa6-4f12-9016-be594a6d5f87" }, HttpStatusCode.OK, Cancelled);
        changed.Text("name").ShouldBe("m: 1.0_x-y");
        changed["plan_history"]!.AsArray().Select(plan => plan!.Text("resource_plan_id")).ShouldBe([Emulator.StandardPlan, "1e4e33e4-cfa6-4f12-9016-be594a6d5f87"]);
        changed.Text("last_operation", "type").ShouldBe("update");
        await cloud.PatchAsync(url, new { name = "slash/ed" }, HttpStatusCode.BadRequest, Cancelled);
        await cloud.PatchAsync(url, new { name = new string('n', 181) }, HttpStatusCode.BadRequest, Cancelled);
        await cloud.PatchAsync(url, new { resource_plan_id = "no-plan" }, HttpStatusCode.BadRequest, Cancelled);
        await cloud.DeleteAsync(url + "/last_operation", HttpStatusCode.UnprocessableEntity, Cancelled);
        (await cloud.RowsAsync(url + "/resource_aliases", Cancelled)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Deletion_can_be_accepted_instead_of_done()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        await emulator.TurnAsync(new { instanceDeleteStatus = 202 }, Cancelled);
        var group = await cloud.CreateGroupAsync(emulator, "g", Cancelled);
        var url = $"{Cloud.Instances}/{(await cloud.CreateInstanceAsync(group, "n", Cancelled)).Text("guid")}";
        await cloud.DeleteAsync(url, HttpStatusCode.Accepted, Cancelled);
        (await cloud.GetAsync(url, HttpStatusCode.OK, Cancelled)).Text("state").ShouldBe("pending_reclamation");
    }

    [Fact]
    public async Task The_retired_plan_is_refused_in_the_brokers_words()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var group = await cloud.CreateGroupAsync(emulator, "g", Cancelled);
        var error = await cloud.PostAsync(
            Cloud.Instances,
            new { name = "lite", target = "global", resource_group = group, resource_plan_id = "2fdf0c08-2d32-4f46-84b5-32e0c92fffd8" },
            HttpStatusCode.BadRequest,
            Cancelled);
        error.Text("error_code").ShouldBe("RC-ServiceBrokerErrorResponse");
        error.Text("message").ShouldContain("[409, Conflict]");
        JsonNode.Parse(error.Text("details"))!.Text("description").ShouldContain("Lite plan");
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
