using k8s;
using k8s.Models;
using TempoCos.Contracts;

namespace TempoCos.CosProvisioner.Tests;

/// <summary>One diagnostic each, before anything is made.</summary>
public sealed class BadInputTests
{
    private static readonly ProvisionRequest Request = new() { RunId = "r3k9x0a2bq" };

    public static TheoryData<string, string, string> Settings => new()
    {
        { "IbmCloud:ApiKey", "a-wrong-key-that-nobody-knows-of", "TC102" },
        { "IbmCloud:ApiKey", "", "TC101" },
        { "IbmCloud:IamUrl", "http://127.0.0.1:9", "TC103" },
        { "IbmCloud:IamUrl", "iam.cloud.ibm.com", "TC104" },
        { "IbmCloud:ResourceControllerUrl", "http://127.0.0.1:9", "TC103" },
        { "IbmCloud:EndpointsUrl", "http://127.0.0.1:9/v2/endpoints", "TC103" },
        { "KUBECONFIG", "/nowhere/kubeconfig", "TC306" },
        { "TempoCos:Home", "/proc/tempocos", "TC901" },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task A_bad_setting_is_named(string setting, string value, string code)
    {
        await using var sandbox = await Sandbox.StartAsync();
        var inventory = await sandbox.InventoryAsync();
        await using var host = await ServiceHost.StartAsync(sandbox, settings: new Dictionary<string, string?> { [setting] = value });

        var diagnostic = await host.DiagnoseAsync(Request);

        diagnostic.Code.ShouldBe(code, diagnostic.Message);
        diagnostic.Value.ShouldNotBeEmpty();
        diagnostic.Fix.ShouldNotBeEmpty();
        diagnostic.Message.ShouldNotContain("a-wrong-key");
        (await sandbox.InventoryAsync()).ShouldBe(inventory);
        host.Log.Text.ShouldNotContain("failed unexpectedly");
    }

    public static TheoryData<ProvisionRequest, string> Requests => new()
    {
        { new() { RunId = "../../etc" }, "TC906" },
        { new() { RunId = "" }, "TC906" },
        { new() { RunId = "rok", Region = "us-esat" }, "TC112" },
        { new() { RunId = "rok", EndpointType = "internal" }, "TC112" },
        { new() { RunId = "rok", StorageClass = "glacier" }, "TC216" },
        { new() { RunId = "rok", Bucket = "Not_A_Bucket" }, "TC212" },
        { new() { RunId = "rok", Bucket = "account-mine" }, "TC212" },
        { new() { RunId = "rok", Namespace = "Not A Namespace" }, "TC113" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_bad_request_is_named(ProvisionRequest request, string code)
    {
        await using var sandbox = await Sandbox.StartAsync();
        var inventory = await sandbox.InventoryAsync();
        await using var host = await ServiceHost.StartAsync(sandbox);

        (await host.DiagnoseAsync(request)).Code.ShouldBe(code);

        (await sandbox.InventoryAsync()).ShouldBe(inventory);
    }

    [Fact]
    public async Task An_unknown_region_comes_with_near_ones()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var host = await ServiceHost.StartAsync(sandbox);

        var diagnostic = await host.DiagnoseAsync(new ProvisionRequest { RunId = "rok", Region = "us-esat" });

        diagnostic.Value.ShouldBe("us-esat");
        diagnostic.Fix.ShouldContain("us-east");
    }

    [Fact]
    public async Task A_bucket_that_is_taken_is_not_touched_and_nothing_is_left_after_cleaning_up()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var host = await ServiceHost.StartAsync(sandbox);
        var owner = await host.ProvisionAsync(new ProvisionRequest { RunId = "rowner", Bucket = "the-one-bucket" });
        await DeprovisionTests.FillAsync(sandbox, owner, objects: 3, uploads: 0);
        var inventory = await sandbox.InventoryAsync();

        var diagnostic = await host.DiagnoseAsync(new ProvisionRequest { RunId = "rsecond", Bucket = "the-one-bucket" });
        diagnostic.Code.ShouldBe("TC211");
        diagnostic.Value.ShouldBe("the-one-bucket");
        (await host.DeprovisionAsync("rsecond")).Leftovers.ShouldBeEmpty();

        (await sandbox.InventoryAsync()).ShouldBe(inventory);
        using var store = await S3.OpenAsync(sandbox, owner);
        (await store.ListObjectsV2Async(new() { BucketName = owner.Bucket }, TestContext.Current.CancellationToken)).S3Objects.Count.ShouldBe(3);
    }

    [Fact]
    public async Task An_instance_of_somebody_else_is_not_used()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var provisioner = new Provisioner(sandbox);
        var group = await Foreign.GroupAsync(provisioner, "production");
        await Foreign.InstanceAsync(provisioner, group.Id, "precious");
        var inventory = await sandbox.InventoryAsync();
        await using var host = await ServiceHost.StartAsync(sandbox);

        (await host.DiagnoseAsync(new ProvisionRequest { RunId = "rok", ResourceGroup = "production", ServiceInstance = "precious", Adopt = { "resource-group" } })).Code.ShouldBe("TC109");

        (await host.DeprovisionAsync("rok")).Leftovers.ShouldBeEmpty();
        (await sandbox.InventoryAsync()).ShouldBe(inventory);
    }

    [Fact]
    public async Task A_Secret_of_somebody_else_is_not_overwritten()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var theirs = new V1Secret { Metadata = new V1ObjectMeta { Name = "ibm-cos-secret" }, StringData = new Dictionary<string, string> { ["bucket"] = "theirs" } };
        await sandbox.Kubernetes.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = "theirs" } }, cancellationToken: TestContext.Current.CancellationToken);
        await sandbox.Kubernetes.CoreV1.CreateNamespacedSecretAsync(theirs, "theirs", cancellationToken: TestContext.Current.CancellationToken);
        await using var host = await ServiceHost.StartAsync(sandbox);

        (await host.DiagnoseAsync(new ProvisionRequest { RunId = "rok", Namespace = "theirs" })).Code.ShouldBe("TC311");

        (await host.DeprovisionAsync("rok")).Leftovers.ShouldBeEmpty();
        var still = await sandbox.Kubernetes.CoreV1.ReadNamespacedSecretAsync("ibm-cos-secret", "theirs", cancellationToken: TestContext.Current.CancellationToken);
        still.Data["bucket"].ShouldBe("theirs"u8.ToArray());
    }

    [Fact]
    public async Task An_unreachable_cluster_is_named()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var kubeconfig = Path.Combine(sandbox.Directory.Path, "dead-kubeconfig");
        await File.WriteAllTextAsync(kubeconfig, """
            apiVersion: v1
            kind: Config
            current-context: dead
            contexts: [{name: dead, context: {cluster: dead, user: dead}}]
            clusters: [{name: dead, cluster: {server: "http://127.0.0.1:9"}}]
            users: [{name: dead, user: {token: none}}]
            """, TestContext.Current.CancellationToken);
        await using var host = await ServiceHost.StartAsync(sandbox, settings: new Dictionary<string, string?> { ["KUBECONFIG"] = kubeconfig });

        var diagnostic = await host.DiagnoseAsync(Request);

        diagnostic.Code.ShouldBe("TC308");
        diagnostic.Value.ShouldContain("127.0.0.1:9");
    }

    [Fact]
    public async Task A_key_that_the_object_store_never_accepts_is_not_handed_on()
    {
        await using var sandbox = await Sandbox.StartAsync(new IbmCloud.Knobs { HmacPropagationSeconds = 600 });
        await using var host = await ServiceHost.StartAsync(sandbox, settings: new Dictionary<string, string?> { ["IbmCloud:HmacKeyWithin"] = "00:00:01" });

        (await host.DiagnoseAsync(Request)).Code.ShouldBe("TC213");

        var secrets = await sandbox.Kubernetes.CoreV1.ListNamespacedSecretAsync("tempocos-r3k9x0a2bq", cancellationToken: TestContext.Current.CancellationToken);
        secrets.Items.ShouldBeEmpty();
        (await host.DeprovisionAsync(Request.RunId)).Leftovers.ShouldBeEmpty();
    }
}
