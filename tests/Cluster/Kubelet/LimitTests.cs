using k8s.Models;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Kubelet.Limits;
using ResourceQuantity = k8s.Models.ResourceQuantity;

namespace TempoCos.Cluster.Tests.Kubelet;

public sealed class LimitTests
{
    // Doubles a string in the shell's own memory until something ends it.
    private const string Hungry = "x=0123456789abcdef; while true; do x=$x$x; done";

    /// <summary>By a control group where this user may make one, or else by what is seen.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_container_over_its_memory_limit_is_OOMKilled(bool privileges)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "memory is limited on Linux");
        await using var cluster = await TestCluster.StartAsync(options => options with { Privileges = privileges });
        await cluster.CreateAsync(Pods.Shell("one", Hungry, pod =>
        {
            pod.Spec.RestartPolicy = "Never";
            pod.Spec.Containers[0].Resources = new V1ResourceRequirements { Limits = new Dictionary<string, ResourceQuantity> { ["memory"] = new("64Mi") } };
        }));

        var ended = (await cluster.UntilAsync("one", "an end", pod => pod.Status?.Phase == "Failed")).Status.ContainerStatuses[0].State.Terminated;
        (ended.Reason, ended.ExitCode).ShouldBe(("OOMKilled", 137));
    }

    [Fact]
    public async Task Where_only_what_is_seen_counts_the_pages_of_files_do_not_and_a_program_knows_its_limit()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "memory is limited on Linux");
        await using var cluster = await TestCluster.StartAsync(options => options with { Privileges = false });
        await cluster.CreateAsync(Pods.Shell("one", "echo heap $DOTNET_GCHeapHardLimit; sleep 600", pod =>
            pod.Spec.Containers[0].Resources = new V1ResourceRequirements { Limits = new Dictionary<string, ResourceQuantity> { ["memory"] = new("64Mi") } }));
        await cluster.LoggedAsync("one", "heap 3000000\n");

        // These tests' own process has the pages of many programs.
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        MemoryWatch.Of(self.Id).ShouldBeInRange(1 << 20, self.WorkingSet64);
        MemoryWatch.Of(self.Id).ShouldBeLessThan(self.WorkingSet64 - (1 << 20));
    }

    [Fact]
    public async Task A_container_within_its_limit_runs()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.CreateAsync(Pods.Shell("one", "echo well", pod =>
        {
            pod.Spec.RestartPolicy = "Never";
            pod.Spec.Containers[0].Resources = new V1ResourceRequirements { Limits = new Dictionary<string, ResourceQuantity> { ["memory"] = new("64Mi"), ["cpu"] = new("100m") } };
        }));

        var pod = await cluster.UntilAsync("one", "an end", pod => pod.Status?.Phase == "Succeeded");
        pod.Status.ContainerStatuses[0].State.Terminated.Reason.ShouldBe("Completed");
    }

    [Theory]
    [InlineData("""{"limits":{"cpu":"1","memory":"1Gi"}}""", "Guaranteed")]
    [InlineData("""{"limits":{"cpu":"1","memory":"1Gi"},"requests":{"cpu":"500m"}}""", "Burstable")]
    [InlineData("""{"requests":{"memory":"1Gi"}}""", "Burstable")]
    [InlineData("{}", "BestEffort")]
    public void A_pods_class_follows_from_its_resources(string resources, string expected) => QualityOfService.Of(
        (System.Text.Json.Nodes.JsonObject)System.Text.Json.Nodes.JsonNode.Parse("{\"spec\":{\"containers\":[{\"name\":\"one\",\"resources\":" + resources + "}]}}")!).ShouldBe(expected);
}
