using TempoCos.ServiceDefaults;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Manifests;
using TempoCos.TempoStackDeployer.Reach;
using TempoCos.TempoStackDeployer.Readiness;

namespace TempoCos.TempoStackDeployer.Disturbances;

/// <summary>A stack that is there and watched until this is disposed; every wait for it ends with the same deadline.</summary>
internal sealed class WatchedStack : IAsyncDisposable
{
    private readonly StackReference _reference;
    private readonly OpenForwards _forwards;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _timeout;
    private readonly CancellationTokenSource _bounded;

    public WatchedStack(
        ClusterConnection cluster, ExistingStack stack, StorageSecret secret, StackReference reference, OpenForwards forwards, TimeProvider time, CancellationToken cancellation)
    {
        (Cluster, Stack, Secret, _reference, _forwards, _time, Cancellation) = (cluster, stack, secret, reference, forwards, time, cancellation);
        _timeout = new CancellationTokenSource(reference.Limit, time);
        _bounded = CancellationTokenSource.CreateLinkedTokenSource(_timeout.Token, cancellation);
        Observer = new StackObserver(cluster, stack.Namespace, stack.Name, time, stack.Manifest.Kind);
        Wait = WaitFor(stack.Manifest);
    }

    public ClusterConnection Cluster { get; }

    public ExistingStack Stack { get; }

    public StorageSecret Secret { get; }

    public StackObserver Observer { get; }

    /// <summary>For what the stack's manifest promises.</summary>
    public ReadinessWait Wait { get; }

    public TimeSpan Limit => _reference.Limit;

    /// <summary>The deadline, or the caller's own end.</summary>
    public CancellationToken Deadline => _bounded.Token;

    /// <summary>The caller's own end.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>Until everything that is there is well: what is disturbed must have been.</summary>
    public Task SettledAsync(StageReporter stage) => stage.StepAsync("settled", "Waiting for every component to be ready first", async step =>
    {
        await Wait.WorkloadsAsync(step);
        step.Succeed("All components are ready");
    });

    /// <summary>How everything that is there is: a change may be what makes it well, and so cannot wait for it.</summary>
    public Task SeenAsync(StageReporter stage) => stage.StepAsync("settled", "Looking at every component", async step =>
    {
        var (ready, detail) = await Wait.SeenAsync();
        step.Evidence["ready"] = ready ? "true" : "false";
        step.Succeed(ready ? detail : $"{detail}; it is changed all the same");
    });

    /// <summary>Until the run's ways lead to it again, if there are any.</summary>
    public async Task ReachableAsync()
    {
        if (_forwards.Endpoints(_reference.RunId) is { } endpoints)
        {
            await EndpointProbe.CheckAsync(endpoints, _time, Deadline, Cancellation);
        }
    }

    /// <summary>For what another manifest of the same stack promises.</summary>
    /// <param name="manifest">What the stack is to be.</param>
    /// <param name="before">The condition with which the operator had given up what it was before, if it had.</param>
    public ReadinessWait WaitFor(StackManifest manifest, StatusCondition? before = null) => new(Cluster, manifest, Secret, Observer, Limit, Deadline, Cancellation, before);

    public async ValueTask DisposeAsync()
    {
        await Observer.DisposeAsync();
        _bounded.Dispose();
        _timeout.Dispose();
        Cluster.Dispose();
    }
}
