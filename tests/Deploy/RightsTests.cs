using System.Text.RegularExpressions;
using k8s;
using k8s.Models;
using Microsoft.AspNetCore.Builder;
using TempoCos.Cluster;

namespace TempoCos.Deploy.Tests;

/// <summary>The deployer's rights in deploy/kustomize against those that a run uses, as docs/clusters.md lists them; that list is checked against the service by its own tests.</summary>
public sealed partial class RightsTests : IAsyncLifetime
{
    private const string Runs = "tempocos-runs";
    private const string Deployer = "tempostack-deployer";

    /// <summary>What the base goes without, with what makes that possible.</summary>
    private static readonly IReadOnlyDictionary<string, string> Withheld = new Dictionary<string, string>
    {
        ["create namespaces in the cluster"] = "the namespace of runs is made beforehand",
        ["delete namespaces"] = "and stays",
        ["create secrets"] = "the provisioner's account has it",
        ["update secrets"] = "the provisioner's account has it",
        ["delete secrets"] = "the provisioner's account has it",
        ["get routes.route.openshift.io"] = "the default stack has no Route",
        ["list deployments.apps in the cluster"] = "only looked at",
        ["list nodes in the cluster"] = "only looked at",
        ["list persistentvolumes in the cluster"] = "only looked at",
    };

    private readonly string _directory = Directory.CreateTempSubdirectory("tempocos-rights-").FullName;
    private readonly WebApplication _cluster;

    public RightsTests() => _cluster = ClusterApp.Create(new ClusterOptions { DataDirectory = Path.Combine(_directory, "cluster"), Kubeconfig = Kubeconfig });

    private string Kubeconfig => Path.Combine(_directory, "kubeconfig");

    public async ValueTask InitializeAsync() => await _cluster.StartAsync(TestContext.Current.CancellationToken);

    [Fact]
    public async Task A_run_has_every_right_that_it_uses_and_no_other_of_the_list()
    {
        foreach (var file in (string[])["namespaces.yaml", "rights.yaml"])
        {
            var (exitCode, output, errors) = await Command.RunAsync("kubectl", new Dictionary<string, string> { ["KUBECONFIG"] = Kubeconfig }, "apply", "-f", $"deploy/kustomize/base/{file}");
            exitCode.ShouldBe(0, output + errors);
        }

        using var client = new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(Kubeconfig));
        var used = Used();
        used.Select(right => $"{right}").ShouldContain("get pods/log");
        Withheld.Keys.ShouldBeSubsetOf(used.Select(right => $"{right}"));
        foreach (var right in used)
        {
            (await IsAllowedAsync(client, right)).ShouldBe(!Withheld.ContainsKey($"{right}"), $"{right}");
        }

        (await IsAllowedAsync(client, new Right("get", "secrets", false, "another"))).ShouldBeFalse("Secrets of others");
    }

    [Fact]
    public async Task Nothing_is_given_that_nothing_uses()
    {
        var objects = await Kustomization.BuildAsync("deploy/kustomize/base");
        var given = objects.OfType<V1Role>().Where(role => role.Metadata.Name == Deployer).SelectMany(role => Rights(role.Rules, clusterWide: false))
            .Concat(objects.OfType<V1ClusterRole>().SelectMany(role => Rights(role.Rules, clusterWide: true))).ToList();

        given.ShouldNotBeEmpty();
        given.Except([.. Used().Select(right => $"{right}")]).ShouldBeEmpty();
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.StopAsync(CancellationToken.None);
        await _cluster.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private static IEnumerable<string> Rights(IEnumerable<V1PolicyRule> rules, bool clusterWide) =>
        from rule in rules
        from apiGroup in rule.ApiGroups
        from resource in rule.Resources
        from verb in rule.Verbs
        select $"{new Right(verb, apiGroup.Length > 0 ? $"{resource}.{apiGroup}" : resource, clusterWide, "")}";

    private static List<Right> Used() =>
    [
        .. from line in File.ReadLines(Path.Combine(Repository.Root, "docs", "clusters.md"))
           let row = Row().Match(line)
           where row.Success
           from verb in row.Groups["verbs"].Value.Split(", ")
           select new Right(verb, row.Groups["resource"].Value, row.Groups["scope"].Value == "cluster", row.Groups["name"].Value.Replace("NAME", "simplest", StringComparison.Ordinal)),
    ];

    private static async Task<bool> IsAllowedAsync(Kubernetes client, Right right)
    {
        var (full, group) = right.Resource.Split('.', 2) is [var plain, var named] ? (plain, named) : (right.Resource, "");
        var (resource, below) = full.Split('/') is [var first, var second] ? (first, second) : (full, null);
        var name = right switch
        {
            { Name.Length: > 0 } => right.Name,
            { Resource: "namespaces", ClusterWide: false } => Runs,
            { Resource: "secrets", Verb: "get" } => "ibm-cos-secret",
            _ => null,
        };
        var review = new V1SubjectAccessReview
        {
            Spec = new V1SubjectAccessReviewSpec
            {
                User = $"system:serviceaccount:tempocos:{Deployer}",
                ResourceAttributes = new V1ResourceAttributes
                {
                    Verb = right.Verb,
                    Group = group,
                    Resource = resource,
                    Subresource = below,
                    Name = name,
                    NamespaceProperty = right.ClusterWide ? null : Runs,
                },
            },
        };
        return (await client.AuthorizationV1.CreateSubjectAccessReviewAsync(review, cancellationToken: TestContext.Current.CancellationToken)).Status.Allowed;
    }

    [GeneratedRegex("^\\| `(?<resource>[^`]+)`( (?<name>[^ |]+))? \\| (?<verbs>[^|]+) \\| (?<scope>namespace|cluster) \\|", RegexOptions.CultureInvariant)]
    private static partial Regex Row();

    private sealed record Right(string Verb, string Resource, bool ClusterWide, string Name)
    {
        public override string ToString() => $"{Verb} {Resource}{(ClusterWide ? " in the cluster" : "")}";
    }
}
