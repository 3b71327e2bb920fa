namespace TempoCos.Cluster.Tests.Controllers.Volumes;

public sealed class VolumeTests
{
    private static string Claim(string name, string spec = "") => $$"""
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: {{name}}}
        spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi} }{{spec}} }
        """;

    private static string Class(string name, string fields) => $$"""
        apiVersion: storage.k8s.io/v1
        kind: StorageClass
        metadata: {name: {{name}}}
        {{fields}}
        """;

    private static string Volume(string name, string capacity, string path, string fields = "") => $$"""
        apiVersion: v1
        kind: PersistentVolume
        metadata: {name: {{name}}}
        spec: {capacity: {storage: {{capacity}} }, accessModes: [ReadWriteOnce], hostPath: {path: "{{path}}"}{{fields}} }
        """;

    private static string Writer(string claim, string script) => $$"""
        apiVersion: v1
        kind: Pod
        metadata: {name: writer}
        spec:
          restartPolicy: Never
          terminationGracePeriodSeconds: 1
          containers: [{name: main, image: some/image:1, command: [sh, -c], args: ["{{script}}"], volumeMounts: [{name: data, mountPath: /data}]}]
          volumes: [{name: data, persistentVolumeClaim: {claimName: {{claim}} } }]
        """;

    [Fact]
    public async Task A_claim_is_bound_to_a_volume_of_the_default_class_that_goes_with_it()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var kubectl = await Commands.OfAsync(cluster);
        await kubectl.ApplyAsync(Claim("one"));
        (await kubectl.RunAsync("wait", "pvc/one", "--for=jsonpath={.status.phase}=Bound", "--timeout=60s")).ShouldContain("condition met");
        var uid = await kubectl.GetAsync("{.metadata.uid}", "pvc", "one");
        (await kubectl.GetAsync("{.spec.storageClassName} {.spec.volumeName} {.status.capacity.storage}", "pvc", "one")).ShouldBe($"standard pvc-{uid} 1Gi");
        (await kubectl.GetAsync("{.spec.claimRef.name} {.status.phase} {.spec.persistentVolumeReclaimPolicy}", "pv", $"pvc-{uid}")).ShouldBe("one Bound Delete");
        var directory = await kubectl.GetAsync("{.spec.hostPath.path}", "pv", $"pvc-{uid}");

        await kubectl.ApplyAsync(Writer("one", "echo kept > /data/file; sleep 1000"));
        await Eventually.TrueAsync("the file", () => Task.FromResult(File.Exists(Path.Combine(directory, "file"))));
        await kubectl.RunAsync("delete", "pvc", "one", "--wait=false");
        (await kubectl.GetAsync("{.status.phase} {.metadata.finalizers[*]}", "pvc", "one")).ShouldBe("Bound kubernetes.io/pvc-protection");
        File.Exists(Path.Combine(directory, "file")).ShouldBeTrue();

        await kubectl.RunAsync("delete", "pod", "writer");
        await kubectl.ShowsAsync("", "{.items[*].metadata.name}", "pvc,pv");
        Directory.Exists(directory).ShouldBeFalse();
    }

    [Fact]
    public async Task A_volume_to_be_retained_keeps_its_data_for_the_next_claim()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var kubectl = await Commands.OfAsync(cluster);
        await kubectl.ApplyAsync(Class("keep", "provisioner: tempocos.dev/directory\nreclaimPolicy: Retain"));
        await kubectl.ApplyAsync(Claim("one", ", storageClassName: keep"));
        await kubectl.ShowsAsync("Bound", "{.status.phase}", "pvc", "one");
        var volume = await kubectl.GetAsync("{.spec.volumeName}", "pvc", "one");
        var directory = await kubectl.GetAsync("{.spec.hostPath.path}", "pv", volume);
        await kubectl.ApplyAsync(Writer("one", "echo kept > /data/file"));
        await kubectl.ShowsAsync("Succeeded", "{.status.phase}", "pod", "writer");

        // A pod that has ended does not hold the claim.
        await kubectl.RunAsync("delete", "pvc", "one");
        await kubectl.ShowsAsync("Released", "{.status.phase}", "pv", volume);
        File.ReadAllText(Path.Combine(directory, "file")).ShouldBe("kept\n");

        await kubectl.RunAsync("patch", "pv", volume, "-p", """{"spec":{"claimRef":null}}""");
        await kubectl.ApplyAsync(Claim("two", ", storageClassName: keep"));
        await kubectl.ShowsAsync(volume, "{.spec.volumeName}", "pvc", "two");
        File.Exists(Path.Combine(directory, "file")).ShouldBeTrue();
    }

    [Fact]
    public async Task The_smallest_volume_that_suits_is_taken_and_without_one_the_claim_waits_and_says_why()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var kubectl = await Commands.OfAsync(cluster);
        var root = Path.GetDirectoryName(cluster.Kubeconfig)!;
        await kubectl.RunAsync("delete", "storageclass", "standard");
        await kubectl.ApplyAsync(Claim("none"));
        await EventAsync("FailedBinding no persistent volumes available for this claim and no storage class is set", "none");
        await kubectl.ApplyAsync(Claim("unknown", ", storageClassName: fast"));
        await EventAsync("ProvisioningFailed storageclass.storage.k8s.io \"fast\" not found", "unknown");
        await kubectl.ApplyAsync(Claim("shared", ", storageClassName: manual").Replace("ReadWriteOnce", "ReadWriteMany", StringComparison.Ordinal));
        await kubectl.ApplyAsync(Class("other", "provisioner: example.com/disk"));
        await kubectl.ApplyAsync(Claim("external", ", storageClassName: other"));
        await Eventually.TrueAsync("the external provisioner's event", async () => (await kubectl.GetAsync("{.items[*].reason}", "events", "--field-selector=involvedObject.name=external")).Contains("ExternalProvisioning", StringComparison.Ordinal));

        await kubectl.ApplyAsync(Volume("small", "100Mi", Path.Combine(root, "small"), ", storageClassName: manual"));
        await kubectl.ApplyAsync(Volume("large", "5Gi", Path.Combine(root, "large"), ", storageClassName: manual"));
        await kubectl.ApplyAsync(Volume("right", "2Gi", Path.Combine(root, "right"), ", storageClassName: manual"));
        await kubectl.ApplyAsync(Volume("other", "2Gi", Path.Combine(root, "other")));
        await kubectl.ApplyAsync(Claim("manual", ", storageClassName: manual"));
        await kubectl.ShowsAsync("right", "{.spec.volumeName}", "pvc", "manual");
        await kubectl.ShowsAsync("other", "{.spec.volumeName}", "pvc", "none");
        await kubectl.ShowsAsync("Available Bound Bound Available", "{.items[*].status.phase}", "pv");
        (await kubectl.GetAsync("{.status.phase}", "pvc", "shared")).ShouldBe("Pending");

        async Task EventAsync(string expected, string claim) => await Eventually.TrueAsync(expected, async () =>
            await kubectl.GetAsync("{.items[0].reason} {.items[0].message}", "events", $"--field-selector=involvedObject.name={claim}") == expected);
    }

    [Fact]
    public async Task A_claim_may_wait_for_its_first_pod()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var kubectl = await Commands.OfAsync(cluster);
        await kubectl.ApplyAsync(Class("late", "provisioner: tempocos.dev/directory\nvolumeBindingMode: WaitForFirstConsumer"));
        await kubectl.ApplyAsync(Claim("one", ", storageClassName: late"));
        await Eventually.TrueAsync("the event", async () => (await kubectl.GetAsync("{.items[*].message}", "events")) == "waiting for first consumer to be created before binding");
        (await kubectl.GetAsync("{.status.phase}", "pvc", "one")).ShouldBe("Pending");
        await kubectl.ApplyAsync(Writer("one", "echo kept > /data/file"));
        await kubectl.ShowsAsync("Succeeded", "{.status.phase}", "pod", "writer");
        (await kubectl.GetAsync("{.status.phase} {.metadata.annotations.volume\\.kubernetes\\.io/selected-node}", "pvc", "one")).ShouldBe("Bound tempocos");
    }
}
