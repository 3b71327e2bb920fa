using System.Net;
using System.Text.Json.Nodes;
using Amazon.S3.Model;
using TempoCos.IbmCloud.Tests.Support;

namespace TempoCos.IbmCloud.Tests.ControlPlane;

public sealed class SearchTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_carries_a_tag_is_found_by_it()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var (group, tagged, key) = await cloud.ProvisionAsync(emulator, Cancelled);
        await cloud.PostAsync(Cloud.Instances, new { name = "untagged", target = "global", resource_group = group, resource_plan_id = Emulator.StandardPlan }, HttpStatusCode.Created, Cancelled);
        using var s3 = emulator.S3(key.Text("credentials", "cos_hmac_keys", "access_key_id"), key.Text("credentials", "cos_hmac_keys", "secret_access_key"));
        await s3.PutBucketAsync("found-by-tag", Cancelled);
        var bucket = tagged.Text("crn")[..^2] + ":bucket:found-by-tag";
        await AttachAsync(cloud, bucket, "tempocos", "run:r1");

        var items = await SearchAsync(cloud, new { query = "tags:tempocos", fields = new[] { "*" } });
        items.Select(item => item.Text("crn")).Order(StringComparer.Ordinal).ShouldBe(new[] { tagged.Text("crn"), bucket }.Order(StringComparer.Ordinal));
        var instance = items.Single(item => item.Text("type") == "resource-instance");
        instance.Text("name").ShouldBe("instance");
        instance.Text("family").ShouldBe("resource_controller");
        instance.Text("service_name").ShouldBe("cloud-object-storage");
        instance.Text("creation_date").ShouldEndWith("Z");
        instance["tags"]!.AsArray().Select(tag => tag!.GetValue<string>()).ShouldBe(["tempocos"]);
        items.Single(item => item.Text("type") == "bucket").Text("name").ShouldBe("found-by-tag");
        (await SearchAsync(cloud, new { query = "tags:nobody" })).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("*", new[] { "sandbox-cos", "alpha", "beta one", "gamma" })]
    [InlineData("name:alpha", new[] { "alpha" })]
    [InlineData("ALPHA", new[] { "alpha" })]
    [InlineData("name:*a", new[] { "alpha", "gamma" })]
    [InlineData("name:\"beta one\"", new[] { "beta one" })]
    [InlineData("name:alpha OR name:gamma", new[] { "alpha", "gamma" })]
    [InlineData("name:alpha name:gamma", new[] { "alpha", "gamma" })]
    [InlineData("tags:t AND NOT name:alpha", new[] { "gamma" })]
    [InlineData("tags:t AND (name:alpha OR name:beta*)", new[] { "alpha" })]
    [InlineData("tags:run\\:r7", new[] { "gamma" })]
    [InlineData("tags:\"run:r7\"", new[] { "gamma" })]
    [InlineData("service_name:cloud-object-storage AND -tags:t", new[] { "sandbox-cos", "beta one" })]
    [InlineData("doc.state:active AND tags:t", new[] { "alpha", "gamma" })]
    public async Task Queries_are_lucene(string query, string[] expected)
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        await FillAsync(emulator, cloud);
        (await SearchAsync(cloud, new { query })).Select(item => item.Text("name")).ShouldBe(expected, ignoreOrder: true);
    }

    [Theory]
    [InlineData("(name:a")]
    [InlineData("name:a)")]
    [InlineData("name:")]
    [InlineData("\"open")]
    public async Task A_query_that_cannot_be_read_is_refused(string query)
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        (await cloud.PostAsync(Cloud.Search, new { query }, HttpStatusCode.BadRequest, Cancelled))["errors"]![0]!.Text("message").ShouldContain(query);
    }

    [Fact]
    public async Task A_search_comes_in_pages_until_an_empty_one()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        await FillAsync(emulator, cloud);
        var names = new List<string>();
        var pages = 0;
        string? cursor = null;
        while (true)
        {
            var page = await cloud.PostAsync(Cloud.Search + "?limit=2", cursor is null ? new { query = "*" } : new { search_cursor = cursor }, HttpStatusCode.OK, Cancelled);
            page["limit"]!.GetValue<int>().ShouldBe(2);
            if (page["items"]!.AsArray().Count == 0)
            {
                break;
            }

            pages++;
            names.AddRange(page["items"]!.AsArray().Select(item => item!.Text("name")));
            cursor = page.Text("search_cursor");
        }

        pages.ShouldBe(2);
        names.ShouldBe(["sandbox-cos", "alpha", "beta one", "gamma"], ignoreOrder: true);
        (await cloud.PostAsync(Cloud.Search, new { query = "name:alpha" }, HttpStatusCode.OK, Cancelled))["items"]![0]!.AsObject().Select(field => field.Key)
            .ShouldBe(["crn", "name", "family", "type", "account_id"], ignoreOrder: true);
    }

    [Fact]
    public async Task What_waits_for_reclamation_is_found_only_when_asked_for()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var (_, instance, _) = await cloud.ProvisionAsync(emulator, Cancelled);
        (await SearchAsync(cloud, new { query = "tags:tempocos" })).Length.ShouldBe(1);
        await cloud.DeleteAsync($"{Cloud.Instances}/{instance.Text("guid")}?recursive=true", HttpStatusCode.NoContent, Cancelled);
        (await SearchAsync(cloud, new { query = "tags:tempocos" })).ShouldBeEmpty();
        (await SearchAsync(cloud, new { query = "tags:tempocos" }, "?is_reclaimed=true")).Length.ShouldBe(1);
        (await SearchAsync(cloud, new { query = "tags:tempocos" }, "?is_reclaimed=any")).Length.ShouldBe(1);
        var reclamation = (await cloud.RowsAsync(Cloud.Reclamations, Cancelled))[0].Text("id");
        await cloud.PostAsync($"{Cloud.Reclamations}/{reclamation}/actions/reclaim", new { }, HttpStatusCode.OK, Cancelled);
        (await SearchAsync(cloud, new { query = "tags:tempocos" }, "?is_reclaimed=any")).ShouldBeEmpty();
    }

    [Fact]
    public async Task New_resources_and_tags_are_found_after_a_while()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        await emulator.TurnAsync(new { searchLagSeconds = 3600 }, Cancelled);
        await cloud.ProvisionAsync(emulator, Cancelled);
        (await SearchAsync(cloud, new { query = "tags:tempocos" })).ShouldBeEmpty();
        await emulator.TurnAsync(new { searchLagSeconds = 0 }, Cancelled);
        (await SearchAsync(cloud, new { query = "tags:tempocos" })).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Tags_are_attached_listed_detached_and_deleted()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var (_, instance, _) = await cloud.ProvisionAsync(emulator, Cancelled);
        using var s3 = await emulator.S3WithBucketAsync("tagged", Cancelled);
        var seeded = (await cloud.RowsAsync(Cloud.Instances + "?name=sandbox-cos", Cancelled))[0];
        foreach (var crn in new[] { instance.Text("crn"), seeded.Text("crn")[..^2] + ":bucket:tagged" })
        {
            await AttachAsync(cloud, crn, "one", "two");
            await AttachAsync(cloud, crn, "Two", "three");
            (await TagsOfAsync(cloud, crn)).Where(name => name != "tempocos").ShouldBe(["one", "three", "two"]);
            await cloud.PostAsync($"{Cloud.Tags}/detach", new { tag_name = "two", resources = new[] { new { resource_id = crn } } }, HttpStatusCode.OK, Cancelled);
            (await TagsOfAsync(cloud, crn)).Where(name => name != "tempocos").ShouldBe(["one", "three"]);
            await cloud.PostAsync($"{Cloud.Tags}/attach?replace=true", new { tag_names = new[] { "only" }, resources = new[] { new { resource_id = crn } } }, HttpStatusCode.OK, Cancelled);
            (await TagsOfAsync(cloud, crn)).ShouldBe(["only"]);
        }

        var unknown = await cloud.PostAsync($"{Cloud.Tags}/attach", new { tag_name = "x", resources = new[] { new { resource_id = instance.Text("crn") + "x" } } }, HttpStatusCode.OK, Cancelled);
        unknown["results"]![0]!["is_error"]!.GetValue<bool>().ShouldBeTrue();
        var bad = await cloud.PostAsync($"{Cloud.Tags}/attach", new { tag_name = "a/b", resources = new[] { new { resource_id = instance.Text("crn") } } }, HttpStatusCode.BadRequest, Cancelled);
        bad["errors"]![0]!.Text("message").ShouldContain("a/b");

        (await cloud.GetAsync($"{Cloud.Tags}?attached_only=true", HttpStatusCode.OK, Cancelled))["items"]!.AsArray().Select(item => item!.Text("name")).ShouldBe(["only"]);
        (await cloud.GetAsync($"{Cloud.Tags}?limit=2&offset=1", HttpStatusCode.OK, Cancelled))["total_count"]!.GetValue<int>().ShouldBe(5);
        foreach (var (name, isError) in new[] { ("one", false), ("only", true) })
        {
            using var deleted = await cloud.DeleteAsync($"{Cloud.Tags}/{name}", Cancelled);
            JsonNode.Parse(await deleted.Content.ReadAsStringAsync(Cancelled))!["results"]![0]!["is_error"]!.GetValue<bool>().ShouldBe(isError);
        }

        (await cloud.DeleteAsync($"{Cloud.Tags}/one", Cancelled)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_tags_of_a_bucket_end_with_it_and_outlive_a_restart()
    {
        await using var emulator = await Emulator.StartAsync();
        var cloud = await emulator.SignInAsync(Cancelled);
        var s3 = await emulator.S3WithBucketAsync("reborn", Cancelled);
        var crn = (await cloud.RowsAsync(Cloud.Instances + "?name=sandbox-cos", Cancelled))[0].Text("crn")[..^2] + ":bucket:reborn";
        await AttachAsync(cloud, crn, "kept");
        await emulator.RestartAsync();
        using (cloud)
        {
            using var again = await emulator.SignInAsync(Cancelled);
            (await TagsOfAsync(again, crn)).ShouldBe(["kept"]);
            using var client = emulator.S3();
            await client.DeleteBucketAsync("reborn", Cancelled);
            await client.PutBucketAsync("reborn", Cancelled);
            (await TagsOfAsync(again, crn)).ShouldBeEmpty();
            s3.Dispose();
        }
    }

    private static async Task FillAsync(Emulator emulator, HttpClient cloud)
    {
        var group = await cloud.CreateGroupAsync(emulator, "g", Cancelled);
        foreach (var (name, tags) in new[] { ("alpha", new[] { "t" }), ("beta one", []), ("gamma", ["t", "run:r7"]) })
        {
            await cloud.PostAsync(Cloud.Instances, new { name, target = "global", resource_group = group, resource_plan_id = Emulator.StandardPlan, tags }, HttpStatusCode.Created, Cancelled);
        }
    }

    private static Task<JsonObject> AttachAsync(HttpClient cloud, string crn, params string[] names) =>
        cloud.PostAsync($"{Cloud.Tags}/attach", new { tag_names = names, resources = new[] { new { resource_id = crn } } }, HttpStatusCode.OK, Cancelled);

    private static async Task<string[]> TagsOfAsync(HttpClient cloud, string crn) =>
        [.. (await cloud.GetAsync($"{Cloud.Tags}?providers=ghost&attached_to={Uri.EscapeDataString(crn)}", HttpStatusCode.OK, Cancelled))["items"]!.AsArray().Select(item => item!.Text("name"))];

    private static async Task<JsonObject[]> SearchAsync(HttpClient cloud, object body, string query = "") =>
        [.. (await cloud.PostAsync(Cloud.Search + query, body, HttpStatusCode.OK, Cancelled))["items"]!.AsArray().Select(item => item!.AsObject())];
}
