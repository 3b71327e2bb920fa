using TempoCos.Contracts;
using TempoCos.CosProvisioner.ResourceController;

namespace TempoCos.CosProvisioner.Tests;

/// <summary>What was there before a run is used only when the run was told to, and is there afterwards.</summary>
public sealed class AdoptionTests
{
    private const string Group = "shared-group";
    private const string Instance = "shared-instance";
    private const string Bucket = "shared-bucket-of-others";

    [Fact]
    public async Task Group_instance_and_bucket_are_used_when_named_and_stay_with_what_else_is_in_them()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var provisioner = new Provisioner(sandbox);
        var instance = await ShareAsync(provisioner);
        await Foreign.BucketAsync(provisioner, instance, Bucket);
        await Foreign.BucketAsync(provisioner, instance, "bucket-of-production", "precious");
        await Foreign.KeyAsync(provisioner, instance, "key-of-production");
        var inventory = await sandbox.InventoryAsync();
        await using var host = await ServiceHost.StartAsync(sandbox);

        var provisioned = await host.ProvisionAsync(Request("radopts", "resource-group", "service-instance", "bucket"));
        provisioned.Adopted.ShouldBe(["resource-group", "resource-instance", "bucket"]);
        provisioned.Bucket.ShouldBe(Bucket);
        await DeprovisionTests.FillAsync(sandbox, provisioned, objects: 7, uploads: 2);
        (await sandbox.InventoryAsync()).ShouldNotBe(inventory);
        var deprovisioned = await host.DeprovisionAsync("radopts");

        deprovisioned.Leftovers.ShouldBeEmpty();
        deprovisioned.ObjectsDeleted.ShouldBe(7);
        (await sandbox.InventoryAsync()).ShouldBe(inventory);
        host.Events.ShouldContain(@event => @event.Step == "remove-bucket" && @event.Message.Contains("stays"));
        host.Events.ShouldNotContain(@event => @event.Step == "lifecycle");
    }

    [Theory]
    [InlineData("TC122", "")]
    [InlineData("TC122", "service-instance,bucket")]
    [InlineData("TC109", "resource-group")]
    [InlineData("TC226", "resource-group,service-instance")]
    public async Task What_is_not_to_be_adopted_is_named_and_not_touched(string code, string adopt)
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var provisioner = new Provisioner(sandbox);
        await Foreign.BucketAsync(provisioner, await ShareAsync(provisioner), Bucket);
        var inventory = await sandbox.InventoryAsync();
        await using var host = await ServiceHost.StartAsync(sandbox);

        var diagnostic = await host.DiagnoseAsync(Request("rrefused", adopt.Split(',', StringSplitOptions.RemoveEmptyEntries)));

        diagnostic.Code.ShouldBe(code);
        diagnostic.Fix.ShouldContain("--adopt ");
        (await host.DeprovisionAsync("rrefused")).Leftovers.ShouldBeEmpty();
        (await sandbox.InventoryAsync()).ShouldBe(inventory);
    }

    [Fact]
    public async Task What_is_to_be_adopted_but_is_not_there_is_made_and_removed()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var inventory = await sandbox.InventoryAsync();
        await using var host = await ServiceHost.StartAsync(sandbox);

        (await host.ProvisionAsync(Request("rmade", "resource-group", "service-instance", "bucket"))).Adopted.ShouldBeEmpty();
        (await host.DeprovisionAsync("rmade")).Leftovers.ShouldBeEmpty();

        (await sandbox.InventoryAsync()).ShouldBe(inventory);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_bucket_that_is_not_empty_is_not_adopted(bool onlyAnUpload)
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var provisioner = new Provisioner(sandbox);
        var instance = await ShareAsync(provisioner);
        await Foreign.BucketAsync(provisioner, instance, Bucket, onlyAnUpload ? [] : ["precious"]);
        if (onlyAnUpload)
        {
            using var store = await Foreign.StoreAsync(provisioner, instance);
            await store.InitiateMultipartUploadAsync(Bucket, "half", TestContext.Current.CancellationToken);
        }

        var inventory = await sandbox.InventoryAsync();
        await using var host = await ServiceHost.StartAsync(sandbox);

        (await host.DiagnoseAsync(Request("rfull", "resource-group", "service-instance", "bucket"))).Code.ShouldBe("TC227");

        (await host.DeprovisionAsync("rfull")).Leftovers.ShouldBeEmpty();
        (await sandbox.InventoryAsync()).ShouldBe(inventory);
    }

    [Fact]
    public async Task A_bucket_that_the_run_adopted_may_hold_its_objects_when_it_is_provisioned_again()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var provisioner = new Provisioner(sandbox);
        await Foreign.BucketAsync(provisioner, await ShareAsync(provisioner), Bucket);
        var inventory = await sandbox.InventoryAsync();
        await using var host = await ServiceHost.StartAsync(sandbox);
        var request = Request("ragain", "resource-group", "service-instance", "bucket");
        await DeprovisionTests.FillAsync(sandbox, await host.ProvisionAsync(request), objects: 3, uploads: 0);

        (await host.ProvisionAsync(request)).Adopted.ShouldContain("bucket");
        (await host.DeprovisionAsync("ragain")).ObjectsDeleted.ShouldBe(3);

        (await sandbox.InventoryAsync()).ShouldBe(inventory);
    }

    [Fact]
    public async Task A_key_of_others_on_an_adopted_instance_is_neither_used_nor_deleted()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var provisioner = new Provisioner(sandbox);
        var instance = await ShareAsync(provisioner);
        await Foreign.KeyAsync(provisioner, instance, "their-key");
        var inventory = await sandbox.InventoryAsync();
        await using var host = await ServiceHost.StartAsync(sandbox);
        var request = Request("rkeys", "resource-group", "service-instance");
        request.Bucket = "";
        request.ResourceKey = "their-key";

        (await host.DiagnoseAsync(request)).Code.ShouldBe("TC123");
        (await host.DeprovisionAsync("rkeys")).Leftovers.ShouldBeEmpty();

        (await sandbox.InventoryAsync()).ShouldBe(inventory);
    }

    [Fact]
    public async Task An_adopted_bucket_keeps_its_configuration()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var provisioner = new Provisioner(sandbox);
        await Foreign.BucketAsync(provisioner, await ShareAsync(provisioner), Bucket);
        await using var host = await ServiceHost.StartAsync(sandbox);
        var request = Request("rquota", "resource-group", "service-instance", "bucket");
        request.HardQuotaBytes = 1 << 30;

        var diagnostic = await host.DiagnoseAsync(request);

        diagnostic.Code.ShouldBe("TC120");
        diagnostic.Fix.ShouldContain("--hard-quota");
    }

    [Fact]
    public async Task A_one_rate_instance_takes_one_rate_buckets_only()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var provisioner = new Provisioner(sandbox);
        var group = await Foreign.GroupAsync(provisioner, Group);
        await Foreign.InstanceAsync(provisioner, group.Id, Instance, plan: "1e4e33e4-cfa6-4f12-9016-be594a6d5f87");
        await using var host = await ServiceHost.StartAsync(sandbox);
        var request = Request("rrate", "resource-group", "service-instance");

        var diagnostic = await host.DiagnoseAsync(request);

        diagnostic.Code.ShouldBe("TC121");
        diagnostic.Value.ShouldBe("plan one-rate, storage class standard");
        request.StorageClass = "onerate_active";
        (await host.ProvisionAsync(request)).LocationConstraint.ShouldBe("us-east-onerate_active");
        (await host.DeprovisionAsync("rrate")).Leftovers.ShouldBeEmpty();
    }

    private static ProvisionRequest Request(string runId, params string[] adopt) =>
        new() { RunId = runId, ResourceGroup = Group, ServiceInstance = Instance, Bucket = Bucket, Adopt = { adopt } };

    private static async Task<ServiceInstance> ShareAsync(Provisioner provisioner) =>
        await Foreign.InstanceAsync(provisioner, (await Foreign.GroupAsync(provisioner, Group)).Id, Instance);
}
