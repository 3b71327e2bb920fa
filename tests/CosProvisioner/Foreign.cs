using TempoCos.CosProvisioner.Iam;
using TempoCos.CosProvisioner.ResourceController;

namespace TempoCos.CosProvisioner.Tests;

/// <summary>Makes what belongs to somebody else in the same account.</summary>
internal static class Foreign
{
    public static async Task<ResourceGroup> GroupAsync(Provisioner provisioner, string name)
    {
        var token = await provisioner.Services.GetRequiredService<IamTokenSource>().GetAsync(TestContext.Current.CancellationToken);
        return await provisioner.Services.GetRequiredService<ResourceManagerClient>()
            .CreateAsync(new NewResourceGroup(name, token.AccountId), TestContext.Current.CancellationToken);
    }

    public static Task<ServiceInstance> InstanceAsync(Provisioner provisioner, string groupId, string name) =>
        provisioner.Services.GetRequiredService<ResourceControllerClient>().CreateInstanceAsync(
            new NewServiceInstance(name, "global", groupId, "744bfc56-d12c-4866-88d5-dac9139e0e5d", []), TestContext.Current.CancellationToken);

    public static Task<ResourceKey> KeyAsync(Provisioner provisioner, ServiceInstance instance, string name, bool hmac = true) =>
        provisioner.Services.GetRequiredService<ResourceControllerClient>().CreateKeyAsync(
            new NewResourceKey(name, instance.Crn!, "Writer", new NewResourceKeyParameters(hmac)), TestContext.Current.CancellationToken);

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
