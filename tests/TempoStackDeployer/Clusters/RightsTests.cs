using System.Net;
using Grpc.Core;
using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Clusters.Rights;
using TempoCos.TempoStackDeployer.Manifests;
using TempoCos.TempoStackDeployer.Reach;

namespace TempoCos.TempoStackDeployer.Tests.Clusters;

/// <summary>Each right of the table is missed, exactly it, by who has all the others: real service accounts, real roles.</summary>
[Collection(SandboxCluster.Others)]
public sealed class RightsTests
{
    private static readonly IReadOnlyList<RequiredRight> Used = RequiredRights.For(Samples.Read(), ReachedBy.PortForward, provisions: true, []);

    [Fact]
    public async Task Who_has_every_right_is_let_through_and_may_do_all_of_it()
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Serves);
        await cluster.ProvisionAsync();
        using var robot = await Robot.MakeAsync(cluster, "robot", Samples.Namespace(), Used);
        await using var deployer = await RunningDeployer.StartAsync(cluster.Home, robot.Kubeconfig);

        var rights = (await CheckAsync(deployer, Samples.Run)).Single(@event => @event is { Step: "rights", State: StepState.Succeeded });
        var deployed = await deployer.DeployAsync(Samples.Request());
        var undeployed = await deployer.UndeployAsync(Samples.Run);

        rights.Evidence["user"].ShouldBe("system:serviceaccount:default:robot");
        rights.Evidence.ShouldNotContainKey("missing");
        deployed.Endpoints.QueryFrontend.ShouldNotBeEmpty();
        undeployed.Leftovers.ShouldBeEmpty();
        (await cluster.RemainsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Each_right_that_is_missing_is_named_before_anything_is_made()
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Idles);
        var number = 0;
        foreach (var missing in Each(Used))
        {
            var run = $"r{++number:d10}";
            var ns = Samples.Namespace(run);
            if (missing.Use != RightUse.OwnNamespace)
            {
                await cluster.ProvisionAsync(run);
            }

            using var robot = await Robot.MakeAsync(cluster, $"robot-{number}", ns, Without(missing));
            await using var deployer = await RunningDeployer.StartAsync(cluster.Home, robot.Kubeconfig);
            var said = Line(missing, ns);

            if (missing.IsNeeded)
            {
                var refusal = await RunningDeployer.RefusalAsync(() => CheckAsync(deployer, run));
                refusal.Code.ShouldBe("TC309", said);
                refusal.Value.ShouldBe(said);
                refusal.Reason.ShouldContain($"system:serviceaccount:default:{robot.Name}");
                refusal.Reason.ShouldContain(missing.Why);
                refusal.Fix.ShouldContain($"verbs: [{missing.Verbs[0]}]");
                refusal.Fix.ShouldContain($"--serviceaccount=default:{robot.Name}");
            }
            else
            {
                var rights = (await CheckAsync(deployer, run)).Single(@event => @event is { Step: "rights", State: StepState.Succeeded });
                rights.Evidence["missing"].ShouldBe(said);
                rights.Message.ShouldContain(missing.Why);
            }

            deployer.Outstanding().ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task A_right_that_is_lost_after_preflight_fails_its_step_and_what_cannot_be_cleaned_up_is_told()
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Serves);
        var number = 0;

        foreach (var missing in Each(Used).Where(right => right.Use == RightUse.Deploy))
        {
            var run = $"r{++number:d10}";
            var ns = Samples.Namespace(run);
            var said = Line(missing, ns);
            await cluster.ProvisionAsync(run);
            using var robot = await Robot.MakeAsync(cluster, $"robot-{number}", ns, Without(missing));
            await using (var deployer = await RunningDeployer.StartAsync(cluster.Home, robot.Kubeconfig, () => new Answering(
                request => request.RequestUri!.AbsolutePath.EndsWith("/selfsubjectaccessreviews", StringComparison.Ordinal) ? HttpStatusCode.Created : null,
                """{"kind":"SelfSubjectAccessReview","apiVersion":"authorization.k8s.io/v1","spec":{},"status":{"allowed":true}}""")))
            {
                if (missing.Verbs[0] == "delete")
                {
                    await deployer.DeployAsync(Samples.Request(run: run));
                }
                else
                {
                    var refusal = await deployer.RefusalAsync(Samples.Request(run: run));
                    refusal.Code.ShouldBeOneOf(["TC309", "TC332"], said);
                    refusal.Message.ShouldContain("forbid", Case.Insensitive, said);
                }

                var leftovers = (await deployer.UndeployAsync(run)).Leftovers;

                leftovers.ShouldAllBe(leftover => leftover.Reason.Contains("TC309", StringComparison.Ordinal) && leftover.Remedy.Length > 0, said);
                (leftovers.Count == 0).ShouldBe(deployer.Outstanding().Count == 0, said);
                (missing.Verbs[0] == "delete" && leftovers.Count == 0).ShouldBeFalse(said);
            }

            await using var admin = await cluster.DeployerAsync();
            (await admin.UndeployAsync(run)).Leftovers.ShouldBeEmpty(said);
            (await cluster.RemainsAsync()).ShouldBeEmpty(said);
        }
    }

    [Theory]
    [InlineData("route", false, true)]
    [InlineData("route", true, true)]
    [InlineData("ingress", false, false)]
    [InlineData("ingress", true, false)]
    public void Routes_are_asked_for_where_there_is_to_be_one_be_it_Jaegers_or_the_gateways(string ingress, bool hasGateway, bool asked)
    {
        var request = Samples.Request();
        request.Options = new StackOptions { Ingress = ingress };
        if (hasGateway)
        {
            request.Options.Tenants.Add("dev=1610b0c3-c509-4592-a256-a1871353dbfa");
            request.Options.TenantMode = "openshift";
        }

        var manifest = ManifestReader.Read(request);

        manifest.HasGateway.ShouldBe(hasGateway);
        RequiredRights.For(manifest, ReachedBy.PortForward, provisions: true, []).Any(right => right.FullName == "routes.route.openshift.io").ShouldBe(asked);
    }

    [Theory]
    [InlineData(ReachedBy.Ingress, "get ingresses.networking.k8s.io", true)]
    [InlineData(ReachedBy.Route, "get ingresses.networking.k8s.io", false)]
    [InlineData(ReachedBy.PortForward, "get ingresses.networking.k8s.io", false)]
    [InlineData(ReachedBy.InCluster, "get ingresses.networking.k8s.io", false)]
    [InlineData(ReachedBy.Route, "get routes.route.openshift.io", true)]
    [InlineData(ReachedBy.Ingress, "get routes.route.openshift.io", false)]
    [InlineData(ReachedBy.Ingress, "create pods/portforward", true)]
    [InlineData(ReachedBy.InCluster, "create pods/portforward", false)]
    public void What_the_way_needs_is_asked_for_and_what_other_ways_need_is_not(string by, string right, bool asked) =>
        Each(RequiredRights.For(Samples.Read(), by, provisions: true, [])).Any(one => $"{one.Verbs[0]} {one.FullName}" == right && one.IsNeeded).ShouldBe(asked);

    [Fact]
    public void The_documentation_has_every_right_of_the_table()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "TempoCos.sln")))
        {
            directory = directory.Parent.ShouldNotBeNull();
        }

        var lines = File.ReadLines(Path.Combine(directory.FullName, "docs", "clusters.md")).SkipWhile(line => line != "## Rights").Where(line => line.StartsWith("| `", StringComparison.Ordinal)).ToArray();
        lines.ShouldBe(RequiredRights.All.Select(right =>
            $"| `{right.FullName}`{(right.Name.Length > 0 ? $" {right.Name}" : "")} | {string.Join(", ", right.Verbs)} | {(right.ClusterWide ? "cluster" : "namespace")} | {(right.IsNeeded ? "yes" : "no")} | {right.Why} |"));
    }

    private static IEnumerable<RequiredRight> Each(IEnumerable<RequiredRight> rights) => rights.SelectMany(right => right.Verbs.Select(verb => right with { Verbs = [verb] }));

    /// <summary>All rights but this one, in whatever scope it is, unless one of them is for something else.</summary>
    private static RequiredRight[] Without(RequiredRight missing) =>
        [.. Each(Used).Where(right => right.FullName != missing.FullName || right.Verbs[0] != missing.Verbs[0] || (right.ClusterWide != missing.ClusterWide && !right.ClusterWide) || right.Name != missing.Name)];

    private static string Line(RequiredRight right, string ns) =>
        $"{right.Verbs[0]} {right.FullName}{(right.Name.Length > 0 ? $" {right.Name}" : "")} in {(right.ClusterWide ? "the cluster" : $"namespace {ns}")}";

    private static async Task<List<StageEvent>> CheckAsync(RunningDeployer deployer, string run)
    {
        using var call = deployer.Client.Check(Samples.Request(run: run), cancellationToken: TestContext.Current.CancellationToken);
        return [.. (await call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken).ToListAsync()).Select(reply => reply.Event).OfType<StageEvent>()];
    }
}
