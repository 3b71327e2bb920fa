using k8s.Models;
using TempoCos.TempoStackDeployer.Readiness;
using TempoCos.TempoStackDeployer.Readiness.Causes;
using TempoCos.TempoStackDeployer.Readiness.Evidence;

namespace TempoCos.TempoStackDeployer.Tests;

/// <summary>Each cause, as Kubernetes and Tempo show it, is told by its code; and of several the first.</summary>
public sealed class CauseTests
{
    private static readonly ExpectedObjects Expected = ExpectedObjects.From(Samples.Read());

    [Theory]
    [InlineData("ErrImagePull", "rpc error: code = NotFound desc = failed to pull and unpack image: tempo:nosuch: not found", "TC334", true)]
    [InlineData("ImagePullBackOff", "Back-off pulling image \"tempo:nosuch\"", "TC334", false)]
    [InlineData("InvalidImageName", "Failed to apply default image tag \"Tempo:::\": couldn't parse image name", "TC334", true)]
    [InlineData("ErrImagePull", "dial tcp: i/o timeout", "TC334", false)]
    [InlineData("CreateContainerConfigError", "couldn't find key access_key_id in Secret traces/ibm-cos-secret", "TC304", true)]
    [InlineData("CreateContainerConfigError", "secret \"ibm-cos-secret\" not found", "TC304", true)]
    public void A_container_that_waits_says_why(string reason, string message, string code, bool final)
    {
        var cause = One("querier", Pod("querier", status => status.State = new V1ContainerState { Waiting = new V1ContainerStateWaiting { Reason = reason, Message = message } }));

        cause.Code.ShouldBe(code);
        cause.IsFinal.ShouldBe(final);
        cause.Reason.ShouldContain(reason);
    }

    [Theory]
    [InlineData("level=error msg=\"error running Tempo\" err=\"failed to init module services: error initialising module: store: failed to create store: unexpected error from ListObjects on traces: The specified bucket does not exist\"", "TC202", "bucket", true)]
    [InlineData("err=\"unexpected error from ListObjects on traces: The request signature we calculated does not match (SignatureDoesNotMatch)\"", "TC202", "signature", false)]
    [InlineData("level=error ts=2026-11-28T14:27:31Z caller=main.go:145 msg=\"error running Tempo\" err=\"failed to init module services: error initialising module: store: failed to create store: unexpected error from ListObjects on traces: The request signature we calculated does not match the signature you provided. Check your key and signing method.\"", "TC202", "signature: ", false)]
    [InlineData("level=error ts=2026-11-28T14:27:31Z caller=main.go:145 msg=\"error running Tempo\" err=\"failed to init module services: error initialising module: store: failed to create store: unexpected error from ListObjects on traces: The access key ID you provided does not exist in our records.\"", "TC202", "unknown-key: ", false)]
    [InlineData("err=\"unexpected error from ListObjects on traces: Get \\\"https://127.0.0.1:1/traces/\\\": http: server gave HTTP response to HTTPS client\"", "TC202", "tls", true)]
    [InlineData("err=\"unexpected error from ListObjects on traces: Get \\\"http://nowhere/traces/\\\": dial tcp: lookup nowhere: no such host\"", "TC202", "dns", false)]
    [InlineData("failed parsing config: failed to parse configFile /conf/tempo.yaml: yaml: unmarshal errors:\n  line 3: field ingestor not found in type app.Config", "TC357", "ingestor", true)]
    [InlineData("failed parsing config: failed to parse configFile /conf/tempo.yaml: yaml: line 3: mapping values are not allowed in this context", "TC352", "mapping", true)]
    [InlineData("level=error msg=\"error running Tempo\" err=\"failed to create wal: mkdir /var/tempo/wal: permission denied\"", "TC304", "/var/tempo/wal", true)]
    [InlineData("err=\"write /var/tempo/wal/x: no space left on device\"", "TC925", "full", false)]
    [InlineData("TC251: the bucket does not exist (http://127.0.0.1:1/traces/). Create the bucket or correct storage.trace.s3.bucket.", "TC251", "does not exist", true)]
    [InlineData("TC253: the object store cannot be reached: refused (http://127.0.0.1:1/traces/). Check it.", "TC253", "cannot be reached", false)]
    [InlineData("panic: something else", "TC338", "exit code 1", false)]
    public void A_container_that_ends_says_why_in_its_log(string line, string code, string says, bool final)
    {
        var pod = Pod("ingester", status =>
        {
            status.RestartCount = 2;
            status.State = new V1ContainerState { Waiting = new V1ContainerStateWaiting { Reason = "CrashLoopBackOff" } };
            status.LastState = new V1ContainerState { Terminated = new V1ContainerStateTerminated { ExitCode = 1, Reason = "Error" } };
        });

        var cause = One("ingester", pod, new StackEvidence { Logs = new Dictionary<(string, string), ContainerLogs> { [(pod.Metadata.Name, "tempo")] = new([], line.Split('\n')) } });

        cause.Code.ShouldBe(code);
        cause.Reason.ShouldContain(says);
        cause.IsFinal.ShouldBe(final);
    }

    [Fact]
    public void A_container_that_was_killed_for_its_memory_is_told_from_one_that_crashes()
    {
        var cause = One("ingester", Pod("ingester", status =>
        {
            status.RestartCount = 4;
            status.LastState = new V1ContainerState { Terminated = new V1ContainerStateTerminated { ExitCode = 137, Reason = "OOMKilled" } };
        }));

        cause.Code.ShouldBe("TC337");
        cause.IsFinal.ShouldBeTrue();
        cause.Reason.ShouldContain("limit 1Gi");
    }

    [Fact]
    public void A_container_that_its_liveness_probe_ends_does_not_crash()
    {
        var pod = Pod("ingester", status =>
        {
            status.RestartCount = 1;
            status.LastState = new V1ContainerState { Terminated = new V1ContainerStateTerminated { ExitCode = 143, Reason = "Error" } };
        });

        One("ingester", pod, Warned(pod.Metadata.Name, "Unhealthy", "Liveness probe failed: HTTP probe failed with statuscode: 500")).Code.ShouldBe("TC339");
    }

    [Fact]
    public void A_pod_without_a_node_names_the_scheduler_or_the_claim()
    {
        var pod = Pod("ingester", _ => { });
        pod.Status.ContainerStatuses = null;
        pod.Status.Phase = "Pending";
        pod.Status.Conditions = [new V1PodCondition { Type = "PodScheduled", Status = "False", Reason = "Unschedulable", Message = "0/3 nodes are available: 3 Insufficient memory." }];
        One("ingester", pod).ShouldSatisfyAllConditions(cause => cause.Code.ShouldBe("TC336"), cause => cause.Reason.ShouldContain("Insufficient memory"), cause => cause.IsFinal.ShouldBeFalse());

        pod.Spec.Volumes = [new V1Volume { Name = "data", PersistentVolumeClaim = new V1PersistentVolumeClaimVolumeSource { ClaimName = "data-tempo-simplest-ingester-0" } }];
        var claim = new V1PersistentVolumeClaim
        {
            Metadata = new V1ObjectMeta { Name = "data-tempo-simplest-ingester-0" },
            Spec = new V1PersistentVolumeClaimSpec { StorageClassName = "fast" },
            Status = new V1PersistentVolumeClaimStatus { Phase = "Pending" },
        };
        var evidence = Warned(claim.Metadata.Name, "ProvisioningFailed", "storageclass.storage.k8s.io \"fast\" not found") with { Claims = [claim] };
        One("ingester", pod, evidence).ShouldSatisfyAllConditions(cause => cause.Code.ShouldBe("TC336"), cause => cause.Value.ShouldContain("data-tempo-simplest-ingester-0"), cause => cause.IsFinal.ShouldBeTrue());
    }

    [Theory]
    [InlineData("pods \"tempo-simplest-querier-x\" is forbidden: exceeded quota: small, requested: limits.memory=1Gi", "resourcequota small", true)]
    [InlineData("pods \"tempo-simplest-querier-x\" is forbidden: violates PodSecurity \"restricted:latest\"", "tempo-simplest-querier", true)]
    [InlineData("Internal error occurred: failed calling webhook", "tempo-simplest-querier", false)]
    public void Pods_that_cannot_be_made_name_what_refused_them(string message, string value, bool final)
    {
        var snapshot = Whole([]);
        var querier = snapshot.Deployments.Single(item => item.Metadata.Name == "tempo-simplest-querier");
        querier.Status.ReadyReplicas = 0;
        querier.Status.Conditions = [new V1DeploymentCondition { Type = "ReplicaFailure", Status = "True", Reason = "FailedCreate", Message = message }];

        var cause = CauseFinder.Find(Expected, snapshot, new StackEvidence()).ShouldHaveSingleItem();

        cause.Code.ShouldBe("TC335");
        cause.Value.ShouldBe(value);
        cause.IsFinal.ShouldBe(final);
    }

    [Fact]
    public void A_StatefulSet_whose_pods_are_refused_tells_it_by_an_event()
    {
        var snapshot = Whole([]);
        snapshot.StatefulSets[0].Status.ReadyReplicas = 0;

        CauseFinder.Find(Expected, snapshot, Warned("tempo-simplest-ingester", "FailedCreate", "create Pod failed error: exceeded quota: small")).ShouldHaveSingleItem().Code.ShouldBe("TC335");
        CauseFinder.Find(Expected, snapshot, new StackEvidence()).ShouldHaveSingleItem().Code.ShouldBe("TC331");
    }

    [Fact]
    public void The_first_cause_is_named_and_who_waits_is_not()
    {
        var broken = Pod("querier", status => status.State = new V1ContainerState { Waiting = new V1ContainerStateWaiting { Reason = "ErrImagePull", Message = "not found" } });
        var waits = Pod("query-frontend", status => status.State = new V1ContainerState { Running = new V1ContainerStateRunning() });
        var store = Pod("compactor", status =>
        {
            status.RestartCount = 1;
            status.LastState = new V1ContainerState { Terminated = new V1ContainerStateTerminated { ExitCode = 1, Reason = "Error" } };
        });

        var causes = CauseFinder.Find(Expected, Whole([broken, waits, store]), new StackEvidence());

        causes.Select(cause => (cause.Component, cause.Code, cause.Depth)).ShouldBe(
            [("querier", "TC334", CauseDepth.Image), ("compactor", "TC338", CauseDepth.Crash), ("query-frontend", "TC339", CauseDepth.Waiting)]);
        causes[^1].Reason.ShouldContain("it needs querier");
    }

    [Fact]
    public void A_component_that_alone_is_not_ready_is_the_cause_itself()
    {
        var pod = Pod("query-frontend", status => status.State = new V1ContainerState { Running = new V1ContainerStateRunning() });

        var cause = One("query-frontend", pod, new StackEvidence { Ready = new Dictionary<string, string> { [pod.Metadata.Name] = "/ready answers 503 Some services are not Running:" } });

        cause.Depth.ShouldBe(CauseDepth.Unready);
        cause.Reason.ShouldContain("Some services are not Running");
    }

    [Fact]
    public void A_whole_stack_has_no_cause() => CauseFinder.Find(Expected, Whole([]), new StackEvidence()).ShouldBeEmpty();

    [Theory]
    [InlineData("""{"shards":[{"id":"a","state":"ACTIVE"},{"id":"b","state":"UNHEALTHY"}]}""", 3, "1 active, 1 missing, b is UNHEALTHY")]
    [InlineData("""{"shards":null,"now":"2026-01-01T00:00:00Z"}""", 1, "0 active, 1 missing")]
    [InlineData("""{"SortedMembers":[{"Name":"a"}]}""", 0, "1 active")]
    public void A_ring_says_who_is_missing(string page, int expected, string says) => RingMembers.Parse(page)!.Describe(expected).ShouldBe(says);

    [Fact]
    public void A_page_that_is_no_ring_says_nothing() => RingMembers.Parse("This instance doesn't use memberlist.").ShouldBeNull();

    private static Cause One(string component, V1Pod pod, StackEvidence? evidence = null)
    {
        var cause = CauseFinder.Find(Expected, Whole([pod]), evidence ?? new StackEvidence()).ShouldHaveSingleItem();
        cause.Component.ShouldBe(component);
        return cause;
    }

    private static StackEvidence Warned(string name, string reason, string message) =>
        new() { Events = [new Corev1Event { Type = "Warning", Reason = reason, Message = message, InvolvedObject = new V1ObjectReference { Name = name } }] };

    private static V1Pod Pod(string component, Action<V1ContainerStatus> change)
    {
        var status = new V1ContainerStatus { Name = "tempo", Image = "tempo:nosuch", Ready = false };
        change(status);
        return new V1Pod
        {
            Metadata = new V1ObjectMeta { Name = $"tempo-simplest-{component}-0", NamespaceProperty = "traces", Labels = new Dictionary<string, string> { ["app.kubernetes.io/component"] = component } },
            Spec = new V1PodSpec
            {
                Containers =
                [
                    new V1Container { Name = "tempo", Resources = new V1ResourceRequirements { Limits = new Dictionary<string, ResourceQuantity> { ["memory"] = new ResourceQuantity("1Gi") } } },
                ],
            },
            Status = new V1PodStatus { Phase = "Running", ContainerStatuses = [status] },
        };
    }

    /// <summary>Everything is ready but what these pods are of.</summary>
    private static StackSnapshot Whole(IReadOnlyList<V1Pod> broken)
    {
        var components = broken.Select(pod => pod.Metadata.Labels["app.kubernetes.io/component"]).ToHashSet();
        return new StackSnapshot
        {
            Pods = broken,
            Deployments = [.. Expected.Workloads.Where(workload => workload.Kind == WorkloadKind.Deployment).Select(workload => new V1Deployment
            {
                Metadata = new V1ObjectMeta { Name = workload.Name, Generation = 1 },
                Spec = new V1DeploymentSpec { Replicas = 1, Selector = new V1LabelSelector(), Template = new V1PodTemplateSpec() },
                Status = new V1DeploymentStatus { ObservedGeneration = 1, UpdatedReplicas = 1, ReadyReplicas = components.Contains(workload.Component) ? 0 : 1 },
            })],
            StatefulSets = [.. Expected.Workloads.Where(workload => workload.Kind == WorkloadKind.StatefulSet).Select(workload => new V1StatefulSet
            {
                Metadata = new V1ObjectMeta { Name = workload.Name, Generation = 1 },
                Spec = new V1StatefulSetSpec { Replicas = 1, Selector = new V1LabelSelector(), Template = new V1PodTemplateSpec() },
                Status = new V1StatefulSetStatus { ObservedGeneration = 1, Replicas = 1, UpdatedReplicas = 1, ReadyReplicas = components.Contains(workload.Component) ? 0 : 1 },
            })],
        };
    }
}
