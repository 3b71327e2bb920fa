using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using TempoCos.IbmCloud.Tests.Support;

namespace TempoCos.IbmCloud.Tests.ControlPlane;

public sealed class ReclamationTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reclaim_ends_the_instance_and_its_buckets()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var guid = await DeletedInstanceWithBucketAsync(emulator, cloud, "reclaimed");
        (await emulator.InventoryAsync(Cancelled))["buckets"]!.AsArray().Count.ShouldBe(1);

        var reclamation = await OnlyAsync(cloud, guid);
        reclamation.Text("state").ShouldBe("SCHEDULED");
        var answer = await cloud.PostAsync($"{Cloud.Reclamations}/{reclamation.Text("id")}/actions/reclaim", new { comment = "test" }, HttpStatusCode.OK, Cancelled);
        answer.Text("state").ShouldBe("RECLAIMING");

        (await cloud.GetAsync($"{Cloud.Instances}/{guid}", HttpStatusCode.OK, Cancelled)).Text("state").ShouldBe("removed");
        var left = await emulator.InventoryAsync(Cancelled);
        left["buckets"]!.AsArray().ShouldBeEmpty();
        left["reclamations"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task Restore_brings_the_instance_back_with_its_data()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var guid = await DeletedInstanceWithBucketAsync(emulator, cloud, "restored");
        var reclamation = await OnlyAsync(cloud, guid);
        (await cloud.PostAsync($"{Cloud.Reclamations}/{reclamation.Text("id")}/actions/restore", new { }, HttpStatusCode.OK, Cancelled)).Text("state").ShouldBe("RESTORING");

        (await cloud.GetAsync($"{Cloud.Instances}/{guid}", HttpStatusCode.OK, Cancelled)).Text("state").ShouldBe("active");
        var key = await cloud.CreateKeyAsync(guid, "Reader", Cancelled);
        using var s3 = emulator.S3(key.Text("credentials", "cos_hmac_keys", "access_key_id"), key.Text("credentials", "cos_hmac_keys", "secret_access_key"));
        (await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "restored" }, Cancelled)).S3Objects.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_reclamation_appears_after_its_delay_and_takes_its_time()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        await emulator.TurnAsync(new { reclamationDelaySeconds = 3600, reclaimSeconds = 3600 }, Cancelled);
        var guid = await DeletedInstanceWithBucketAsync(emulator, cloud, "delayed");
        (await cloud.GetAsync($"{Cloud.Reclamations}?resource_instance_id={guid}", HttpStatusCode.OK, Cancelled))["resources"]!.AsArray().ShouldBeEmpty();

        await emulator.TurnAsync(new { reclamationDelaySeconds = 0 }, Cancelled);
        var reclamation = await OnlyAsync(cloud, guid);
        await cloud.PostAsync($"{Cloud.Reclamations}/{reclamation.Text("id")}/actions/reclaim", new { }, HttpStatusCode.OK, Cancelled);
        (await cloud.GetAsync($"{Cloud.Instances}/{guid}", HttpStatusCode.OK, Cancelled)).Text("state").ShouldBe("pending_reclamation");

        await emulator.TurnAsync(new { reclaimSeconds = 0 }, Cancelled);
        (await cloud.GetAsync($"{Cloud.Instances}/{guid}", HttpStatusCode.OK, Cancelled)).Text("state").ShouldBe("removed");
    }

    [Fact]
    public async Task A_stuck_reclamation_never_ends()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        await emulator.TurnAsync(new { reclaimStuck = true }, Cancelled);
        var guid = await DeletedInstanceWithBucketAsync(emulator, cloud, "stuck");
        var id = (await OnlyAsync(cloud, guid)).Text("id");
        await cloud.PostAsync($"{Cloud.Reclamations}/{id}/actions/reclaim", new { }, HttpStatusCode.OK, Cancelled);
        (await OnlyAsync(cloud, guid)).Text("state").ShouldBe("RECLAIMING");
        await cloud.PostAsync($"{Cloud.Reclamations}/{id}/actions/reclaim", new { }, HttpStatusCode.UnprocessableEntity, Cancelled);
        (await cloud.GetAsync($"{Cloud.Instances}/{guid}", HttpStatusCode.OK, Cancelled)).Text("state").ShouldBe("pending_reclamation");

        await emulator.TurnAsync(new { reclaimStuck = false }, Cancelled);
        (await cloud.GetAsync($"{Cloud.Instances}/{guid}", HttpStatusCode.OK, Cancelled)).Text("state").ShouldBe("removed");
        await cloud.PostAsync($"{Cloud.Reclamations}/{id}/actions/reclaim", new { }, HttpStatusCode.NotFound, Cancelled);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_restore_takes_its_time_and_brings_keys_back_by_the_knob(bool keys)
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        await emulator.TurnAsync(new { reclaimSeconds = 3600, restoreKeys = keys }, Cancelled);
        var guid = await DeletedInstanceWithBucketAsync(emulator, cloud, "restored");
        var id = (await OnlyAsync(cloud, guid)).Text("id");
        await cloud.PostAsync($"{Cloud.Reclamations}/{id}/actions/restore", new { request_by = "somebody" }, HttpStatusCode.OK, Cancelled);
        (await OnlyAsync(cloud, guid)).Text("state").ShouldBe("RESTORING");
        (await cloud.GetAsync($"{Cloud.Instances}/{guid}", HttpStatusCode.OK, Cancelled)).Text("state").ShouldBe("pending_reclamation");

        await emulator.TurnAsync(new { reclaimSeconds = 0 }, Cancelled);
        var restored = await cloud.GetAsync($"{Cloud.Instances}/{guid}", HttpStatusCode.OK, Cancelled);
        restored.Text("state").ShouldBe("active");
        restored.Text("restored_by").ShouldBe("somebody");
        var left = await cloud.RowsAsync($"{Cloud.Instances}/{guid}/resource_keys", Cancelled);
        left.Length.ShouldBe(keys ? 1 : 0);
        if (keys)
        {
            using var s3 = emulator.S3(left[0].Text("credentials", "cos_hmac_keys", "access_key_id"), left[0].Text("credentials", "cos_hmac_keys", "secret_access_key"));
            (await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "restored" }, Cancelled)).S3Objects.Count.ShouldBe(1);
        }
    }

    [Fact]
    public async Task A_reclamation_that_nobody_asked_for_ends_after_seven_days()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var guid = await DeletedInstanceWithBucketAsync(emulator, cloud, "forgotten");
        await emulator.TurnAsync(new { tokenLifetimeSeconds = 8 * 86_400, clockSkewSeconds = (7 * 86_400) - 60 }, Cancelled);
        using var later = await emulator.SignInAsync(Cancelled);
        (await later.GetAsync($"{Cloud.Instances}/{guid}", HttpStatusCode.OK, Cancelled)).Text("state").ShouldBe("pending_reclamation");
        await emulator.TurnAsync(new { clockSkewSeconds = (7 * 86_400) + 60 }, Cancelled);
        (await later.GetAsync($"{Cloud.Instances}/{guid}", HttpStatusCode.OK, Cancelled)).Text("state").ShouldBe("removed");
    }

    [Fact]
    public async Task Reclamations_are_listed_by_instance_and_group()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var first = await DeletedInstanceWithBucketAsync(emulator, cloud, "first-gone");
        var second = await DeletedInstanceWithBucketAsync(emulator, cloud, "second-gone");
        (await cloud.RowsAsync(Cloud.Reclamations, Cancelled)).Select(row => row.Text("resource_instance_id")).ShouldBe([first, second]);
        var group = (await cloud.RowsAsync(Cloud.Reclamations, Cancelled))[1].Text("resource_group_id");
        (await cloud.RowsAsync($"{Cloud.Reclamations}?resource_group_id={group}", Cancelled)).Select(row => row.Text("resource_instance_id")).ShouldBe([second]);
        var id = (await OnlyAsync(cloud, first)).Text("id");
        await cloud.PostAsync($"{Cloud.Reclamations}/{id}/actions/bury", new { }, HttpStatusCode.BadRequest, Cancelled);
        await cloud.PostAsync($"{Cloud.Reclamations}/{Guid.NewGuid()}/actions/reclaim", new { }, HttpStatusCode.NotFound, Cancelled);
    }

    private static async Task<string> DeletedInstanceWithBucketAsync(Emulator emulator, HttpClient cloud, string bucket)
    {
        var (_, instance, key) = await cloud.ProvisionAsync(emulator, Cancelled);
        using var s3 = emulator.S3(key.Text("credentials", "cos_hmac_keys", "access_key_id"), key.Text("credentials", "cos_hmac_keys", "secret_access_key"));
        await s3.PutBucketAsync(bucket, Cancelled);
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = "k", ContentBody = "v" }, Cancelled);
        await cloud.DeleteAsync($"{Cloud.Instances}/{instance.Text("guid")}?recursive=true", HttpStatusCode.NoContent, Cancelled);
        var error = await Should.ThrowAsync<AmazonS3Exception>(() => s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket }, Cancelled));
        error.ErrorCode.ShouldBe("InvalidAccessKeyId");
        return instance.Text("guid");
    }

    private static async Task<System.Text.Json.Nodes.JsonNode> OnlyAsync(HttpClient cloud, string guid)
    {
        var rows = (await cloud.GetAsync($"{Cloud.Reclamations}?resource_instance_id={guid}", HttpStatusCode.OK, Cancelled))["resources"]!.AsArray();
        rows.Count.ShouldBe(1);
        return rows[0]!;
    }
}
