using k8s;
using k8s.Models;
using TempoCos.Cluster.Kubelet.Nodes;

namespace TempoCos.Cluster.Tests.Kubelet;

public sealed class AccountTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_pod_speaks_to_the_API_as_its_service_account()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.Client.CoreV1.CreateNamespacedServiceAccountAsync(new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = "reader" } }, "default", cancellationToken: Cancellation);
        await cluster.CreateAsync(Pods.Shell("one", """
            d=/var/run/secrets/kubernetes.io/serviceaccount
            echo namespace $(cat $d/namespace) authority $(head -n 1 $d/ca.crt) token $(cat $d/token)
            sleep 600
            """, pod => pod.Spec.ServiceAccountName = "reader"));
        await cluster.LoggedAsync("one", "namespace default authority -----BEGIN CERTIFICATE----- token ");
        var token = (await cluster.LogAsync("one")).Trim().Split(' ')[^1];

        var configuration = KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.Kubeconfig);
        using var client = new Kubernetes(new KubernetesClientConfiguration { Host = configuration.Host, SslCaCerts = configuration.SslCaCerts, AccessToken = token });
        var self = await client.AuthenticationV1.CreateSelfSubjectReviewAsync(new V1SelfSubjectReview(), cancellationToken: Cancellation);
        self.Status.UserInfo.Username.ShouldBe("system:serviceaccount:default:reader");
        (await TestCluster.RefusedAsync(() => client.CoreV1.ListNamespacedSecretAsync("default", cancellationToken: Cancellation))).Code.ShouldBe(403);
    }

    [Fact]
    public async Task A_program_that_looks_where_in_cluster_clients_look_finds_its_token()
    {
        await using var cluster = await TestCluster.StartAsync();

        // The path is put together by the program itself, so nothing could have been replaced in it.
        await cluster.CreateAsync(Pods.Shell("one", "d=/var/run/secrets; d=$d/kubernetes.io; test -s $d/serviceaccount/token -o -s \"$KUBECONFIG\" && echo found; sleep 600"));
        await cluster.CreateAsync(Pods.Shell("two", "d=/var/run/secrets; d=$d/kubernetes.io; test -e $d/serviceaccount/token -o -n \"$KUBECONFIG\" || echo nothing; sleep 600", pod => pod.Spec.AutomountServiceAccountToken = false));
        await cluster.LoggedAsync("one", "found");
        await cluster.LoggedAsync("two", "nothing");
        Directory.Exists("/var/run/secrets/kubernetes.io/serviceaccount").ShouldBeFalse("the machine itself stays as it is");
    }

    [Fact]
    public async Task Where_nobody_may_make_mounts_a_kubeconfig_has_the_account()
    {
        const string Before = "kubeconfig ";
        await using var cluster = await TestCluster.StartAsync(options => options with { Privileges = false });
        await cluster.Client.CoreV1.CreateNamespacedServiceAccountAsync(new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = "reader" } }, "default", cancellationToken: Cancellation);
        await cluster.CreateAsync(Pods.Shell("one", $"echo \"{Before}$KUBECONFIG\"; sleep 600", pod => pod.Spec.ServiceAccountName = "reader"));
        await cluster.CreateAsync(Pods.Shell("two", $"echo \"{Before}$KUBECONFIG\"; sleep 600", pod => pod.Spec.Containers[0].Env = [new V1EnvVar { Name = "KUBECONFIG", Value = "its own" }]));
        await cluster.LoggedAsync("one", Before);
        await cluster.LoggedAsync("two", $"{Before}its own");

        var file = (await cluster.LogAsync("one")).Trim()[Before.Length..];
        using var client = new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(file));
        (await client.AuthenticationV1.CreateSelfSubjectReviewAsync(new V1SelfSubjectReview(), cancellationToken: Cancellation)).Status.UserInfo.Username.ShouldBe("system:serviceaccount:default:reader");
        var names = await Eventually.AsAsync("the node to say whether names resolve", async () =>
            (await cluster.Client.CoreV1.ReadNodeAsync("tempocos", cancellationToken: Cancellation)).Status.Conditions?.FirstOrDefault(condition => condition.Type == NodeStatus.NamesResolve));
        (names.Status, names.Reason).ShouldBe(("False", "NoClusterDNS"));
    }

    [Fact]
    public async Task An_account_that_has_gone_holds_the_pod_up()
    {
        await using var cluster = await TestCluster.StartAsync();
        await CreateAccountAsync(cluster);
        await cluster.CreateAsync(Pods.Shell("one", "sleep 600", pod =>
        {
            pod.Spec.ServiceAccountName = "nobody";
            pod.Spec.SchedulingGates = [new V1PodSchedulingGate { Name = "test/wait" }];
        }));
        await cluster.Client.CoreV1.DeleteNamespacedServiceAccountAsync("nobody", "default", cancellationToken: Cancellation);
        await cluster.Client.CoreV1.PatchNamespacedPodAsync(new V1Patch("""{"spec":{"schedulingGates":null}}""", V1Patch.PatchType.MergePatch), "one", "default", cancellationToken: Cancellation);
        await cluster.EventAsync("one", "FailedMount", "failed to fetch token: serviceaccounts \"nobody\" not found");
        (await cluster.FindAsync("one"))!.State()!.Waiting.Reason.ShouldBe("ContainerCreating");

        await CreateAccountAsync(cluster);
        await cluster.ReadyAsync("one");

        static Task CreateAccountAsync(TestCluster cluster) => cluster.Client.CoreV1.CreateNamespacedServiceAccountAsync(
            new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = "nobody" } }, "default", cancellationToken: Cancellation);
    }
}
