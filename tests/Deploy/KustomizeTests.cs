using k8s;
using k8s.Models;

namespace TempoCos.Deploy.Tests;

/// <summary>What deploy/kustomize promises of the pods and their rights.</summary>
public sealed class KustomizeTests
{
    private static readonly string[] Services = ["cos-provisioner", "query-verifier", "tempostack-deployer", "trace-generator"];

    [Fact]
    public async Task Base_is_the_four_services_and_run_the_pipeline()
    {
        Kustomization.Pods(await Kustomization.BuildAsync("deploy/kustomize/base")).Keys.Order().ShouldBe(Services);
        Kustomization.Pods(await Kustomization.BuildAsync("deploy/kustomize/run")).Keys.ShouldBe(["pipeline"]);
    }

    /// <summary>The chart has pods of its own for the accounts.</summary>
    [Fact]
    public async Task Accounts_are_all_that_the_pods_take_for_granted_and_nothing_that_runs()
    {
        var all = (IReadOnlyList<IKubernetesObject>)[.. await Kustomization.BuildAsync("deploy/kustomize/base"), .. await Kustomization.BuildAsync("deploy/kustomize/run")];
        var accounts = await Kustomization.BuildAsync("deploy/kustomize/accounts");

        accounts.Select(item => item.Kind).Distinct().Order().ShouldBe(["ClusterRole", "ClusterRoleBinding", "Namespace", "Role", "RoleBinding", "ServiceAccount"]);
        accounts.Select(Name).Order().ShouldBe(all.Where(item => accounts.Any(account => account.Kind == item.Kind)).Select(Name).Order());
        accounts.OfType<V1ServiceAccount>().Select(account => account.Metadata.Name).Order().ShouldBe([.. Services.Append("pipeline").Order()]);

        static string Name(IKubernetesObject item) => $"{item.Kind} {((IKubernetesObject<V1ObjectMeta>)item).Metadata.Name}";
    }

    [Theory]
    [InlineData("deploy/kustomize/base")]
    [InlineData("deploy/kustomize/run")]
    public async Task Every_pod_is_fit_for_the_restricted_standard(string folder)
    {
        var objects = await Kustomization.BuildAsync(folder);
        foreach (var (name, pod) in Kustomization.Pods(objects))
        {
            pod.SecurityContext.RunAsNonRoot.ShouldBe(true, name);
            pod.SecurityContext.SeccompProfile.Type.ShouldBe("RuntimeDefault", name);
            var container = pod.Containers.ShouldHaveSingleItem();
            container.SecurityContext.AllowPrivilegeEscalation.ShouldBe(false, name);
            container.SecurityContext.ReadOnlyRootFilesystem.ShouldBe(true, name);
            container.SecurityContext.Capabilities.Drop.ShouldBe(["ALL"], name);
            container.Resources.Limits.ShouldContainKey("memory", name);
            container.Resources.Requests.Keys.Order().ShouldBe(["cpu", "memory"]);

            // Written to is only what is mounted, and what is mounted is there.
            pod.Volumes.Select(volume => volume.Name).Order().ShouldBe(container.VolumeMounts.Select(mount => mount.Name).Order(), name);
            objects.OfType<V1ServiceAccount>().ShouldContain(account => account.Metadata.Name == pod.ServiceAccountName, name);
        }
    }

    [Fact]
    public async Task Every_service_is_probed()
    {
        foreach (var (name, pod) in Kustomization.Pods(await Kustomization.BuildAsync("deploy/kustomize/base")))
        {
            var container = pod.Containers.Single();
            foreach (var probe in (V1Probe[])[container.StartupProbe, container.ReadinessProbe, container.LivenessProbe])
            {
                probe.ShouldNotBeNull(name);
                container.Ports.ShouldContain(port => port.Name == probe.HttpGet.Port.Value, name);
            }
        }
    }

    [Fact]
    public async Task Nobody_may_do_everything_and_only_who_asks_the_cluster_has_a_token()
    {
        var objects = await Kustomization.BuildAsync("deploy/kustomize/base");
        var rules = objects.OfType<V1Role>().SelectMany(role => role.Rules).Concat(objects.OfType<V1ClusterRole>().SelectMany(role => role.Rules)).ToList();
        rules.ShouldNotBeEmpty();
        foreach (var rule in rules)
        {
            rule.Verbs.Concat(rule.Resources).Concat(rule.ApiGroups).ShouldNotContain("*");
        }

        objects.OfType<V1ClusterRole>().SelectMany(role => role.Rules).SelectMany(rule => rule.Verbs).Distinct().ShouldBeSubsetOf(["get", "list"]);
        var bound = objects.OfType<V1RoleBinding>().SelectMany(binding => binding.Subjects).Select(subject => subject.Name).Distinct().Order().ToList();
        Kustomization.Pods(objects).Where(pod => pod.Value.AutomountServiceAccountToken == true).Select(pod => pod.Key).Order().ShouldBe(bound);
    }

    [Fact]
    public async Task Nothing_is_let_in_or_out_that_no_policy_names()
    {
        var policies = (await Kustomization.BuildAsync("deploy/kustomize/base")).OfType<V1NetworkPolicy>().ToList();
        policies.ShouldContain(policy => policy.Spec.PodSelector.MatchLabels == null && policy.Spec.PodSelector.MatchExpressions == null
            && policy.Spec.Ingress == null && policy.Spec.Egress == null && policy.Spec.PolicyTypes.Count == 2);
        policies.Where(policy => policy.Spec.Ingress is { Count: > 0 }).ShouldAllBe(policy => policy.Spec.Ingress.All(rule => rule.FromProperty.Count > 0));
    }

    [Fact]
    public async Task Who_sends_and_who_asks_reach_the_deployer_where_it_adds_what_Tempo_asks_for()
    {
        var objects = await Kustomization.BuildAsync("deploy/kustomize/base");
        Kustomization.Pods(objects)["tempostack-deployer"].Containers.Single().Env.ShouldContain(variable => variable.Name == "POD_IP" && variable.ValueFrom.FieldRef.FieldPath == "status.podIP");
        var policies = objects.OfType<V1NetworkPolicy>().ToDictionary(policy => policy.Metadata.Name, policy => policy.Spec);
        var (inward, outward) = (policies["through-deployer"].Ingress.Single(), policies["to-deployer"].Egress.Single());

        inward.FromProperty.Single().PodSelector.MatchExpressions.Single().Values.ShouldBe(["trace-generator", "query-verifier"]);
        policies["to-deployer"].PodSelector.MatchExpressions.Single().Values.ShouldBe(["trace-generator", "query-verifier"]);
        foreach (var ports in (IList<V1NetworkPolicyPort>[])[inward.Ports, outward.Ports])
        {
            // Every port that the system may choose, and not the two where the deployer takes orders.
            ports.ShouldContain(port => int.Parse(port.Port.Value) <= 32768 && port.EndPort == 65535);
            ports.ShouldAllBe(port => port.EndPort < 8080 || int.Parse(port.Port.Value) > 8081);
        }
    }

    [Fact]
    public async Task The_namespace_of_the_services_enforces_the_standard() =>
        (await Kustomization.BuildAsync("deploy/kustomize/base")).OfType<V1Namespace>().Single(item => item.Metadata.Name == "tempocos")
            .Metadata.Labels["pod-security.kubernetes.io/enforce"].ShouldBe("restricted");
}
