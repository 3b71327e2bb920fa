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
