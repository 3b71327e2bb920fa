using System.Net;
using System.Text.Json.Nodes;
using TempoCos.IbmCloud.Tests.Support;

namespace TempoCos.IbmCloud.Tests.Admin;

/// <summary>Faults of the control plane, in each service's own words.</summary>
public sealed class ControlPlaneFaultTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ListResourceGroups", Cloud.Groups, "errors")]
    [InlineData("ListResourceInstances", Cloud.Instances, "error_code")]
    [InlineData("ListResourceKeys", Cloud.Keys, "error_code")]
    [InlineData("ListReclamations", Cloud.Reclamations, "error_code")]
    [InlineData("GetEndpoints", "/_/control/v2/endpoints", "code")]
    public async Task A_refusal_has_the_envelope_of_its_service(string operation, string path, string member)
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        await emulator.PlanFaultAsync(new { operation, status = 503, retryAfterSeconds = 3, count = 1 }, Cancelled);
        using (var refused = await cloud.GetAsync(path, Cancelled))
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            refused.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(3));
            JsonNode.Parse(await refused.Content.ReadAsStringAsync(Cancelled))![member].ShouldNotBeNull();
        }

        await cloud.GetAsync(path, HttpStatusCode.OK, Cancelled);
    }

    [Fact]
    public async Task Iam_refuses_in_its_own_words()
    {
        await using var emulator = await Emulator.StartAsync();
        await emulator.PlanFaultAsync(new { operation = "Token", status = 429, code = "BXNIM0500E", message = "Later.", count = 1 }, Cancelled);
        using var refused = await emulator.RequestTokenAsync(Emulator.ApiKey, Cancelled);
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        JsonNode.Parse(await refused.Content.ReadAsStringAsync(Cancelled))!.Text("errorCode").ShouldBe("BXNIM0500E");
        using var good = await emulator.RequestTokenAsync(Emulator.ApiKey, Cancelled);
        good.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_lost_answer_leaves_the_instance_behind_and_an_early_loss_does_not()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var group = await cloud.CreateGroupAsync(emulator, "g", Cancelled);
        await emulator.PlanFaultAsync(new { operation = "CreateResourceInstance", key = "lost-*", drop = "after" }, Cancelled);
        await emulator.PlanFaultAsync(new { operation = "CreateResourceInstance", key = "never-*", drop = "before" }, Cancelled);
        await Should.ThrowAsync<HttpRequestException>(() => cloud.CreateInstanceAsync(group, "lost-1", Cancelled));
        await Should.ThrowAsync<HttpRequestException>(() => cloud.CreateInstanceAsync(group, "never-1", Cancelled));
        await cloud.CreateInstanceAsync(group, "kept", Cancelled);
        var names = (await cloud.GetAsync(Cloud.Instances, HttpStatusCode.OK, Cancelled))["resources"]!.AsArray().Select(row => row!.Text("name"));
        names.Where(name => name != "sandbox-cos").ShouldBe(["lost-1", "kept"]);
    }

    [Fact]
    public async Task A_key_is_an_id_or_a_name()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var (_, instance, key) = await cloud.ProvisionAsync(emulator, Cancelled);
        var path = $"{Cloud.Instances}/{Uri.EscapeDataString(instance.Text("crn"))}";
        foreach (var (glob, expected) in new[] { ("inst*", 503), (instance.Text("guid"), 503), (instance.Text("crn"), 503), ("other", 200) })
        {
            await emulator.PlanFaultAsync(new { operation = "GetResourceInstance", key = glob, status = 503 }, Cancelled);
            await cloud.GetAsync(path, (HttpStatusCode)expected, Cancelled);
            await emulator.ClearFaultsAsync(Cancelled);
        }

        await emulator.PlanFaultAsync(new { operation = "DeleteResourceKey", key = "key", status = 500, count = 1 }, Cancelled);
        await cloud.DeleteAsync($"{Cloud.Keys}/{key.Text("guid")}", HttpStatusCode.InternalServerError, Cancelled);
        await cloud.DeleteAsync($"{Cloud.Keys}/{key.Text("guid")}", HttpStatusCode.NoContent, Cancelled);
    }

    [Fact]
    public async Task Answers_are_cut_and_corrupted_too()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var whole = await cloud.GetStringAsync(Cloud.Groups, Cancelled);
        foreach (var (fault, expected) in new (object, int)[]
        {
            (new { operation = "ListResourceGroups", corrupt = true, count = 1 }, whole.Length),
            (new { operation = "ListResourceGroups", truncateQuietly = true, count = 1 }, whole.Length / 2),
        })
        {
            await emulator.PlanFaultAsync(fault, Cancelled);
            var altered = await cloud.GetStringAsync(Cloud.Groups, Cancelled);
            altered.Length.ShouldBe(expected);
            altered.ShouldNotBe(whole);
            (await cloud.GetStringAsync(Cloud.Groups, Cancelled)).ShouldBe(whole);
        }
    }

    [Fact]
    public async Task The_clock_and_the_date_header_can_be_wrong()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await emulator.S3WithBucketAsync("skewed", Cancelled);
        await emulator.TurnAsync(new { clockSkewSeconds = 3600 }, Cancelled);
        using (var answer = await emulator.Http.GetAsync("/_/control/v2/endpoints", Cancelled))
        {
            answer.Headers.Date!.Value.ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddMinutes(50));
        }

        using var skewed = new HttpRequestMessage(HttpMethod.Get, await s3.GetPreSignedURLAsync(new Amazon.S3.Model.GetPreSignedUrlRequest
        {
            BucketName = "skewed",
            Verb = Amazon.S3.HttpVerb.GET,
            Expires = DateTime.UtcNow.AddMinutes(30),
            Protocol = Amazon.S3.Protocol.HTTP,
        }));
        using (var late = await emulator.Http.SendAsync(skewed, Cancelled))
        {
            late.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }

        await emulator.TurnAsync(new { clockSkewSeconds = 0 }, Cancelled);
        using var punctual = await emulator.Http.GetAsync(skewed.RequestUri, Cancelled);
        punctual.StatusCode.ShouldBe(HttpStatusCode.OK);
        punctual.Headers.Date!.Value.ShouldBeLessThan(DateTimeOffset.UtcNow.AddMinutes(10));
    }
}
