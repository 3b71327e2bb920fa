using Amazon.S3;
using Amazon.S3.Model;
using TempoCos.CosProvisioner.Iam;
using TempoCos.CosProvisioner.ObjectStorage;
using TempoCos.CosProvisioner.ResourceController;

namespace TempoCos.CosProvisioner.Tests;

/// <summary>Makes what belongs to somebody else in the same account.</summary>
internal static class Foreign
{
    private const string StandardPlan = "744bfc56-d12c-4866-88d5-dac9139e0e5d";

    public static async Task<ResourceGroup> GroupAsync(Provisioner provisioner, string name)
    {
        var token = await provisioner.Services.GetRequiredService<IamTokenSource>().GetAsync(TestContext.Current.CancellationToken);
        return await provisioner.Services.GetRequiredService<ResourceManagerClient>()
            .CreateAsync(new NewResourceGroup(name, token.AccountId), TestContext.Current.CancellationToken);
    }

    public static Task<ServiceInstance> InstanceAsync(Provisioner provisioner, string groupId, string name, string plan = StandardPlan, params string[] tags) =>
        provisioner.Services.GetRequiredService<ResourceControllerClient>().CreateInstanceAsync(
            new NewServiceInstance(name, "global", groupId, plan, tags), TestContext.Current.CancellationToken);

    public static Task<ResourceKey> KeyAsync(Provisioner provisioner, ServiceInstance instance, string name, bool hmac = true, string role = "Writer") =>
        provisioner.Services.GetRequiredService<ResourceControllerClient>().CreateKeyAsync(
            new NewResourceKey(name, instance.Crn!, role, new NewResourceKeyParameters(hmac)), TestContext.Current.CancellationToken);

    /// <summary>With the account's own token.</summary>
    public static async Task<AmazonS3Client> StoreAsync(Provisioner provisioner, ServiceInstance instance)
    {
        var location = await provisioner.Services.GetRequiredService<EndpointDirectory>().FindAsync("us-east", "public", TestContext.Current.CancellationToken);
        return provisioner.Services.GetRequiredService<ObjectStore>().WithBearer(location, instance.Guid);
    }

    public static async Task BucketAsync(Provisioner provisioner, ServiceInstance instance, string name, params string[] objects)
    {
        using var store = await StoreAsync(provisioner, instance);
        await store.PutBucketAsync(new PutBucketRequest { BucketName = name, BucketRegionName = "us-east-standard" }, TestContext.Current.CancellationToken);
        foreach (var key in objects)
        {
            await store.PutObjectAsync(new PutObjectRequest { BucketName = name, Key = key, ContentBody = "theirs", UseChunkEncoding = false }, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The one instance of the name, and its one key of the same name.</summary>
    public static async Task<(ServiceInstance Instance, ResourceKey Key)> FindKeyAsync(Provisioner provisioner, string name)
    {
        var controller = provisioner.Services.GetRequiredService<ResourceControllerClient>();
        var groups = provisioner.Services.GetRequiredService<ResourceManagerClient>();
        var token = await provisioner.Services.GetRequiredService<IamTokenSource>().GetAsync(TestContext.Current.CancellationToken);
        var group = (await groups.ListAsync(token.AccountId, name, TestContext.Current.CancellationToken)).ShouldHaveSingleItem();
        var instance = (await controller.ListInstancesAsync(group.Id, name, null, TestContext.Current.CancellationToken)).ShouldHaveSingleItem();
        return (instance, (await controller.ListKeysAsync(instance.Guid, name, TestContext.Current.CancellationToken)).ShouldHaveSingleItem());
    }
}
