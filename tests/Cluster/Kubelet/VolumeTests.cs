using System.Diagnostics;
using k8s;
using k8s.Models;
using TempoCos.Cluster.Kubelet.Volumes;

namespace TempoCos.Cluster.Tests.Kubelet;

public sealed class VolumeTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_changed_ConfigMap_reaches_a_running_pod_save_by_subPath()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.Client.CoreV1.CreateNamespacedConfigMapAsync(Map("settings", ("color", "red"), ("shape", "round")), "default", cancellationToken: Cancellation);
        await cluster.CreateAsync(Pods.Shell("one", "while true; do echo $(cat /conf/color) $(cat /one/color) $(ls /conf | tr '\\n' ' '); sleep 0.2; done", pod =>
        {
            pod.Spec.Volumes = [new V1Volume { Name = "conf", ConfigMap = new V1ConfigMapVolumeSource { Name = "settings" } }];
            pod.Spec.Containers[0].VolumeMounts = [new V1VolumeMount { Name = "conf", MountPath = "/conf" }, new V1VolumeMount { Name = "conf", MountPath = "/one/color", SubPath = "color" }];
        }));
        await cluster.LoggedAsync("one", "red red color shape");

        await cluster.Client.CoreV1.ReplaceNamespacedConfigMapAsync(Map("settings", ("color", "blue"), ("size", "big")), "settings", "default", cancellationToken: Cancellation);
        await cluster.LoggedAsync("one", "blue red color size");
    }

    [Fact]
    public async Task A_variable_that_names_a_mounted_path_leads_into_the_volume()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.CreateAsync(Pods.Shell("one", "cd $KEPT && echo kept > $KEPT/$1 && test -e /state/$1 && echo $2 $ELSE; sleep 600", pod =>
        {
            Mount(pod, new V1Volume { Name = "state", EmptyDir = new V1EmptyDirVolumeSource() }, "/state");
            pod.Spec.Containers[0].Env = [new V1EnvVar { Name = "KEPT", Value = "/state" }, new V1EnvVar { Name = "ELSE", Value = "/states" }];
            pod.Spec.Containers[0].Command = [.. pod.Spec.Containers[0].Command, "sh", "file", "in=$(KEPT)"];
        }));

        // Once, also where it is expanded in an argument: the directory that stands for it may begin with the path of another mount.
        await cluster.LoggedAsync("one", "/states");
        var log = await cluster.LogAsync("one");
        log.ShouldMatch("^in=/[^ ]*/volumes/state /states\n$");
        Directory.Exists("/state").ShouldBeFalse();
    }

    [Fact]
    public async Task What_is_missing_holds_the_pod_up_with_FailedMount_until_it_is_there()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.CreateAsync(Pods.Shell("map", "cat /conf/a; sleep 600", pod => Mount(pod, new V1Volume { Name = "conf", ConfigMap = new V1ConfigMapVolumeSource { Name = "late" } })));
        await cluster.CreateAsync(Pods.Shell("secret", "sleep 600", pod => Mount(pod, new V1Volume { Name = "conf", Secret = new V1SecretVolumeSource { SecretName = "never" } })));
        await cluster.CreateAsync(Pods.Shell("optional", "ls /conf; echo listed; sleep 600", pod => Mount(pod, new V1Volume { Name = "conf", Secret = new V1SecretVolumeSource { SecretName = "never", Optional = true } })));
        await cluster.CreateAsync(Pods.Shell("claim", "sleep 600", pod => Mount(pod, new V1Volume { Name = "conf", PersistentVolumeClaim = new V1PersistentVolumeClaimVolumeSource { ClaimName = "no-claim" } })));
        await cluster.CreateAsync(Pods.Shell("host", "sleep 600", pod => Mount(pod, new V1Volume { Name = "conf", HostPath = new V1HostPathVolumeSource { Path = "/etc" } })));

        await cluster.EventAsync("map", "FailedMount", "MountVolume.SetUp failed for volume \"conf\" : configmap \"late\" not found");
        await cluster.EventAsync("secret", "FailedMount", "MountVolume.SetUp failed for volume \"conf\" : secret \"never\" not found");
        await cluster.EventAsync("host", "FailedMount", "MountVolume.SetUp failed for volume \"conf\" : hostPath volumes are not allowed to be used");
        await cluster.EventAsync("claim", "FailedScheduling", "0/1 nodes are available: persistentvolumeclaim \"no-claim\" not found.");
        (await cluster.FindAsync("map"))!.State()!.Waiting.Reason.ShouldBe("ContainerCreating");
        var unscheduled = (await cluster.FindAsync("claim"))!;
        unscheduled.Status.Conditions.ShouldHaveSingleItem().Reason.ShouldBe("Unschedulable");
        unscheduled.Spec.NodeName.ShouldBeNull();
        await cluster.LoggedAsync("optional", "listed");
        (await cluster.LogAsync("optional")).ShouldBe("listed\n");

        await cluster.Client.CoreV1.CreateNamespacedConfigMapAsync(Map("late", ("a", "here now\n")), "default", cancellationToken: Cancellation);
        await cluster.LoggedAsync("map", "here now");
    }

    [Fact]
    public async Task Projected_volumes_hold_items_fields_and_modes_and_follow_labels()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.Client.CoreV1.CreateNamespacedConfigMapAsync(Map("settings", ("a", "A"), ("b", "B")), "default", cancellationToken: Cancellation);
        await cluster.CreateAsync(Pods.Shell("one", "while true; do find -L /all/ -type f -not -path '*/..*' | sed 's,.*/all/,,' | sort | tr '\\n' ' '; stat -L -c %a /all/deep/a; cat /all/labels; echo; cat /all/cpu; echo; sleep 0.2; done", pod =>
        {
            pod.Metadata.Labels = new Dictionary<string, string> { ["tier"] = "first" };
            pod.Spec.Containers[0].Resources = new V1ResourceRequirements { Limits = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("1500m") } };
            Mount(pod, new V1Volume
            {
                Name = "conf",
                Projected = new V1ProjectedVolumeSource
                {
                    DefaultMode = 256,
                    Sources =
                    [
                        new V1VolumeProjection { ConfigMap = new V1ConfigMapProjection { Name = "settings", Items = [new V1KeyToPath { Key = "a", Path = "deep/a" }] } },
                        new V1VolumeProjection
                        {
                            DownwardAPI = new V1DownwardAPIProjection
                            {
                                Items =
                                [
                                    new V1DownwardAPIVolumeFile { Path = "labels", FieldRef = new V1ObjectFieldSelector { FieldPath = "metadata.labels" } },
                                    new V1DownwardAPIVolumeFile { Path = "cpu", ResourceFieldRef = new V1ResourceFieldSelector { ContainerName = "main", Resource = "limits.cpu", Divisor = new("1m") } },
                                ],
                            },
                        },
                    ],
                },
            }, "/all");
        }));
        await cluster.LoggedAsync("one", "cpu deep/a labels 400\ntier=\"first\"\n1500\n");
        (await cluster.FindAsync("one"))!.Status.QosClass.ShouldBe("Burstable");

        await cluster.Client.CoreV1.PatchNamespacedPodAsync(new V1Patch("""{"metadata":{"labels":{"tier":"second"}}}""", V1Patch.PatchType.MergePatch), "one", "default", cancellationToken: Cancellation);
        await cluster.LoggedAsync("one", "tier=\"second\"");
    }

    [Fact]
    public async Task An_allowed_hostPath_is_of_the_type_that_it_asks_for()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { AllowHostPath = true });
        var directory = Directory.CreateTempSubdirectory("tempocos-host-").FullName;
        try
        {
            await cluster.CreateAsync(Pods.Shell("one", "echo written > /host/file; sleep 600", pod => Mount(pod, new V1Volume { Name = "conf", HostPath = new V1HostPathVolumeSource { Path = directory, Type = "Directory" } }, "/host")));
            await Eventually.TrueAsync("the file", () => Task.FromResult(File.Exists(Path.Combine(directory, "file"))));
            await cluster.CreateAsync(Pods.Shell("two", "sleep 600", pod => Mount(pod, new V1Volume { Name = "conf", HostPath = new V1HostPathVolumeSource { Path = directory, Type = "File" } })));
            await cluster.EventAsync("two", "FailedMount", $"hostPath type check failed: {directory} is not a file");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task Variables_come_from_fields_resources_keys_and_the_API_is_among_them()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.Client.CoreV1.CreateNamespacedConfigMapAsync(Map("settings", ("color", "red")), "default", cancellationToken: Cancellation);
        await cluster.CreateAsync(Pods.Shell("one", "echo $MY_LABEL $MY_LIMIT $COLOR $KUBERNETES_SERVICE_HOST:$KUBERNETES_SERVICE_PORT; sleep 600", pod =>
        {
            pod.Metadata.Labels = new Dictionary<string, string> { ["app.kubernetes.io/name"] = "labelled" };
            pod.Spec.Containers[0].Resources = new V1ResourceRequirements { Limits = new Dictionary<string, ResourceQuantity> { ["memory"] = new("512Mi") } };
            pod.Spec.Containers[0].Env =
            [
                new V1EnvVar { Name = "MY_LABEL", ValueFrom = new V1EnvVarSource { FieldRef = new V1ObjectFieldSelector { FieldPath = "metadata.labels['app.kubernetes.io/name']" } } },
                new V1EnvVar { Name = "MY_LIMIT", ValueFrom = new V1EnvVarSource { ResourceFieldRef = new V1ResourceFieldSelector { Resource = "limits.memory", Divisor = new("1Mi") } } },
                new V1EnvVar { Name = "COLOR", ValueFrom = new V1EnvVarSource { ConfigMapKeyRef = new V1ConfigMapKeySelector { Name = "settings", Key = "color" } } },
            ];
        }));
        await cluster.CreateAsync(Pods.Shell("two", "sleep 600", pod => pod.Spec.Containers[0].Env =
            [new V1EnvVar { Name = "COLOR", ValueFrom = new V1EnvVarSource { ConfigMapKeyRef = new V1ConfigMapKeySelector { Name = "settings", Key = "none" } } }]));

        await cluster.LoggedAsync("one", $"labelled 512 red 127.0.0.1:{cluster.Url.Port}\n");
        var waiting = await cluster.UntilAsync("two", "a refusal", pod => pod.State()?.Waiting?.Reason == "CreateContainerConfigError");
        waiting.State()!.Waiting.Message.ShouldBe("couldn't find key none in ConfigMap default/settings");
        await cluster.EventAsync("two", "Failed", "Error: couldn't find key none in ConfigMap default/settings");
    }

    [Fact]
    public async Task A_pod_that_asks_for_more_than_the_machine_has_is_not_scheduled()
    {
        await using var cluster = await TestCluster.StartAsync();
        await Eventually.TrueAsync("the node's capacity", async () => (await cluster.Client.CoreV1.ReadNodeAsync("tempocos", cancellationToken: Cancellation)).Status?.Allocatable?.ContainsKey("cpu") == true);
        await cluster.CreateAsync(Pods.Shell("one", "sleep 600", pod => pod.Spec.Containers[0].Resources = new V1ResourceRequirements { Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("4000") } }));
        await cluster.CreateAsync(Pods.Shell("two", "sleep 600", pod => pod.Spec.NodeSelector = new Dictionary<string, string> { ["disk"] = "ssd" }));

        await cluster.EventAsync("one", "FailedScheduling", "0/1 nodes are available: 1 Insufficient cpu.");
        await cluster.EventAsync("two", "FailedScheduling", "1 node(s) didn't match Pod's node affinity/selector");
        await cluster.Client.CoreV1.PatchNodeAsync(new V1Patch("""{"metadata":{"labels":{"disk":"ssd"}}}""", V1Patch.PatchType.MergePatch), "tempocos", cancellationToken: Cancellation);
        await cluster.ReadyAsync("two");
        await cluster.EventAsync("two", "Scheduled", "Successfully assigned default/two to tempocos");
    }

    [Fact]
    public async Task The_node_says_what_it_has_and_renews_its_lease()
    {
        await using var cluster = await TestCluster.StartAsync();
        var node = await Eventually.AsAsync("the node's state", async () => await cluster.Client.CoreV1.ReadNodeAsync("tempocos", cancellationToken: Cancellation) is { Status.NodeInfo: not null } found ? found : null);
        node.Status.Capacity["cpu"].ToInt32().ShouldBe(Environment.ProcessorCount);
        node.Status.Allocatable["cpu"].ToInt32().ShouldBe(4 * Environment.ProcessorCount);
        node.Status.Allocatable["memory"].ToInt64().ShouldBe(2 * node.Status.Capacity["memory"].ToInt64());
        node.Status.Capacity["memory"].ToInt64().ShouldBeGreaterThan(1 << 28);
        node.Status.Conditions.Single(condition => condition.Type == "Ready").Status.ShouldBe("True");
        node.Status.Conditions.ShouldContain(condition => condition.Type == "tempocos.dev/MemoryLimits");
        var lease = await Eventually.AsAsync("the lease", async () => (await cluster.Client.CoordinationV1.ListNamespacedLeaseAsync("kube-node-lease", cancellationToken: Cancellation)).Items.FirstOrDefault());
        lease.Spec.HolderIdentity.ShouldBe("tempocos");
    }

    [Theory]
    [InlineData("/tmp /tmp/x /tmp/deep/y", "/tmp/claim /tmp/claim/x /tmp/pod/deep/y")]
    [InlineData("--path=/tmp:/conf", "--path=/tmp/claim:/tmp/pod/conf")]
    [InlineData("/var/tmp /tmp2 /conf.d /conf-2", "/var/tmp /tmp2 /conf.d /conf-2")]
    public void Mounted_paths_are_replaced_once_even_where_a_directory_begins_with_another_of_them(string text, string expected)
    {
        ContainerMount[] mounts = [new("/tmp", "/tmp/claim", false), new("/tmp/deep", "/tmp/pod/deep", false), new("/conf", "/tmp/pod/conf", true)];
        new MountMap(mounts, ownRoot: false).Rewrite(text).ShouldBe(expected);
        new MountMap(mounts, ownRoot: true).Rewrite(text).ShouldBe(text);
        new MountMap([], ownRoot: false).Rewrite(text).ShouldBe(text);
    }

    [Fact]
    public async Task A_file_that_cannot_be_removed_keeps_neither_its_pod_nor_the_rest_of_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "files are made immutable on Linux");
        await using var cluster = await TestCluster.StartAsync();
        await cluster.CreateAsync(Pods.Shell("one", "touch /scratch/kept; chattr +i /scratch/kept; lsattr /scratch/kept | cut -c5; echo tried; sleep 600",
            pod => Mount(pod, new V1Volume { Name = "scratch", EmptyDir = new V1EmptyDirVolumeSource() }, "/scratch")));
        await cluster.LoggedAsync("one", "tried");
        Assert.SkipUnless((await cluster.LogAsync("one")).StartsWith("i\n", StringComparison.Ordinal), "this user or this file system makes no file immutable");
        var uid = (await cluster.FindAsync("one"))!.Metadata.Uid;
        var kept = cluster.Data($"pods/{uid}/volumes/scratch/kept");
        try
        {
            await cluster.Client.CoreV1.DeleteNamespacedPodAsync("one", "default", cancellationToken: Cancellation);
            await cluster.GoneAsync("one");
            File.Exists(kept).ShouldBeTrue();
            Directory.Exists(cluster.Data($"logs/default_one_{uid}")).ShouldBeFalse();
        }
        finally
        {
            using var release = Process.Start("chattr", ["-i", kept]);
            await release.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static V1ConfigMap Map(string name, params (string Key, string Value)[] data) =>
        new() { Metadata = new V1ObjectMeta { Name = name }, Data = data.ToDictionary(entry => entry.Key, entry => entry.Value) };

    private static void Mount(V1Pod pod, V1Volume volume, string path = "/conf")
    {
        pod.Spec.Volumes = [volume];
        pod.Spec.Containers[0].VolumeMounts = [new V1VolumeMount { Name = volume.Name, MountPath = path }];
    }
}
