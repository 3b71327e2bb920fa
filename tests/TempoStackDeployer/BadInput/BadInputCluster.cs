using System.Diagnostics;
using k8s;
using k8s.Models;
using TempoCos.Contracts;

namespace TempoCos.TempoStackDeployer.Tests.BadInput;

/// <summary>One cluster for many mistakes, each in a namespace of its own; what a run leaves of itself in it fails the test that made the run.</summary>
public sealed class BadInputCluster : IAsyncLifetime
{
    /// <summary>An image that is nowhere.</summary>
    public const string AbsentImage = "docker.io/example/absent:1";

    private static int _runs;

    internal SandboxCluster Cluster { get; private set; } = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => Cluster = await SandboxCluster.StartAsync(PodProgram.Serves, images: ["docker.io/example/absent=none"]);

    public async ValueTask DisposeAsync() => await Cluster.DisposeAsync();

    internal static string NextRun() => $"rbad{Interlocked.Increment(ref _runs)}";

    /// <summary>A run whose namespace and Secret are there.</summary>
    internal async Task<string> ProvisionedAsync(string endpoint = "http://127.0.0.1:1")
    {
        var run = NextRun();
        await Cluster.ProvisionAsync(run, endpoint);
        return run;
    }

    /// <summary>Removes the run's things, of which nothing may be left, and then what the provisioner made.</summary>
    internal async Task CleanAsync(RunningDeployer deployer, string run)
    {
        Cluster.Faults.Clear();
        (await deployer.UndeployAsync(run)).Leftovers.ShouldBeEmpty();
        (await Cluster.RemainsAsync()).Where(item => item.Split('/')[1] == Samples.Namespace(run)).ShouldBeEmpty();
        deployer.Outstanding().Select(entry => entry.Name.Split('/')[0]).ShouldNotContain(Samples.Namespace(run));
        await DeleteNamespaceAsync(run);
    }

    /// <summary>Deletes the namespace that the provisioner made.</summary>
    internal async Task DeleteNamespaceAsync(string run)
    {
        try
        {
            await Cluster.Client.CoreV1.DeleteNamespaceAsync(Samples.Namespace(run), cancellationToken: Stop);
        }
        catch (k8s.Autorest.HttpOperationException exception) when (exception.Response.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            return;
        }
    }

    /// <summary>Something in the run's namespace that does not go until its finalizer is taken away.</summary>
    internal Task HoldAsync(string run) => Cluster.Client.CoreV1.CreateNamespacedConfigMapAsync(
        new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "held", Finalizers = ["example.org/hold"] } }, Samples.Namespace(run), cancellationToken: Stop);

    internal Task ReleaseAsync(string run) => Cluster.Client.CoreV1.PatchNamespacedConfigMapAsync(
        new V1Patch("""{"metadata":{"finalizers":null}}""", V1Patch.PatchType.MergePatch), "held", Samples.Namespace(run), cancellationToken: Stop);

    /// <summary>A quota of the run's namespace.</summary>
    internal Task QuotaAsync(string run, string resource, string hard) => Cluster.Client.CoreV1.CreateNamespacedResourceQuotaAsync(
        new V1ResourceQuota
        {
            Metadata = new V1ObjectMeta { Name = "tight" },
            Spec = new V1ResourceQuotaSpec { Hard = new Dictionary<string, ResourceQuantity> { [resource] = new(hard) } },
        },
        Samples.Namespace(run), cancellationToken: Stop);

    /// <summary>The diagnostic of a deployment, which has to name what is wrong, why, and what to do.</summary>
    internal static async Task<DiagnosticException> RefusalAsync(RunningDeployer deployer, DeployRequest request, List<StageEvent>? events = null)
    {
        var started = Stopwatch.GetTimestamp();
        var refusal = await deployer.RefusalAsync(request, events);
        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(request.Timeout.ToTimeSpan() + TimeSpan.FromSeconds(60), "it may last as long as asked for, and not for ever");
        Told(refusal);
        return refusal;
    }

    internal static void Told(DiagnosticException refusal)
    {
        refusal.Value.ShouldNotBeNullOrWhiteSpace(refusal.Message);
        refusal.Reason.ShouldNotBeNullOrWhiteSpace(refusal.Message);
        refusal.Fix.ShouldNotBeNullOrWhiteSpace(refusal.Message);
        refusal.Message.ShouldNotContain("hidden-word");
    }
}
