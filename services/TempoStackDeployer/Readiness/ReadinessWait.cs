using TempoCos.Contracts;
using TempoCos.ServiceDefaults;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Manifests;

namespace TempoCos.TempoStackDeployer.Readiness;

/// <summary>Waits for a TempoStack to be what its manifest promises, says meanwhile what it waits for, and explains it when it does not become so.</summary>
/// <param name="cluster">Where it is.</param>
/// <param name="manifest">What it promises.</param>
/// <param name="secret">Of its storage.</param>
/// <param name="observer">Watches it.</param>
/// <param name="timeout">How long is waited in all, as it is told.</param>
/// <param name="deadline">Ends every wait then.</param>
/// <param name="cancellation">The caller's own end.</param>
/// <param name="before">The condition with which the operator had given up before the manifest became this one, if it had.</param>
internal sealed class ReadinessWait(
    ClusterConnection cluster, StackManifest manifest, StorageSecret secret, StackObserver observer, TimeSpan timeout, CancellationToken deadline, CancellationToken cancellation,
    StatusCondition? before = null)
{
    /// <summary>How long the operator may take to look at a manifest again that it had given up.</summary>
    private static readonly TimeSpan SecondLook = TimeSpan.FromSeconds(20);

    private readonly ExpectedObjects _expected = ExpectedObjects.From(manifest);
    private readonly long _since = observer.Time.GetTimestamp();

    /// <summary>Every workload has its replicas ready; each is reported as it comes.</summary>
    public Task WorkloadsAsync(StageStep step)
    {
        var announced = new HashSet<string>();
        var patience = new Patience(_expected, timeout, observer.Time);
        return WaitAsync(async snapshot =>
        {
            var states = ReadinessCheck.Workloads(_expected, snapshot);
            foreach (var state in states.Where(state => state.Ready && announced.Add(state.Workload.Component)))
            {
                step.Evidence[state.Workload.Component] = state.Detail;
                await step.ReportAsync($"{state.Workload.Component} is ready ({states.Count(other => other.Ready)} of {states.Count} components)");
            }

            if (states.All(state => state.Ready))
            {
                return true;
            }

            if (patience.Look(snapshot) is { } waitingFor)
            {
                await step.ReportAsync(secret.Redact(waitingFor));
            }

            if (patience.IsOver && await Report().HopelessAsync(patience.Waited, snapshot, cancellation) is { } hopeless)
            {
                throw hopeless;
            }

            return false;
        });
    }

    /// <summary>Service account, services with their ports, ingress or route.</summary>
    public async Task ObjectsAsync(StageStep step)
    {
        await WaitAsync(async snapshot => ReadinessCheck.Missing(_expected, snapshot).Count == 0 && await HasRouteAsync());
        step.Evidence["services"] = string.Join(", ", _expected.Services.Select(service => service.Name));
        Note("service-account", _expected.ServiceAccount);
        Note("ingress", _expected.Ingress?.Name);
        Note("route", _expected.Route);
        step.Succeed(
            $"{(_expected.ServiceAccount is null ? "" : "Service account, ")}{_expected.Services.Count} services with their ports{(_expected.Ingress is null ? "" : " and the ingress")}{(_expected.Route is null ? "" : " and the route")} are there");

        void Note(string key, string? value)
        {
            if (value is not null)
            {
                step.Evidence[key] = value;
            }
        }
    }

    /// <summary>The operator says Ready of the current generation; the result is the stack as it then is.</summary>
    public async Task<TempoStack> ConditionAsync(StageStep step)
    {
        TempoStack? stack = null;
        await WaitAsync(snapshot =>
        {
            stack = snapshot.Stack;
            return Task.FromResult(ReadinessCheck.IsReady(snapshot));
        });
        step.Succeed(ReadinessCheck.Describe(observer.Snapshot()));
        return stack!;
    }

    /// <summary>How things are, in words; nothing is waited for but the first sight of them.</summary>
    public async Task<(bool Ready, string Detail)> SeenAsync()
    {
        try
        {
            await observer.WaitUntilAsync(_ => Task.FromResult(true), deadline);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw await Report().TimedOutAsync(timeout, observer.Snapshot(), cancellation);
        }

        var troubled = ReadinessCheck.Workloads(_expected, observer.Snapshot()).Where(state => !state.Ready).Select(state => $"{state.Workload.Component} ({state.Detail})").ToList();
        return (troubled.Count == 0, troubled.Count == 0 ? "All components are ready" : $"Not every component is ready: {string.Join(", ", troubled)}");
    }

    /// <summary>Anything else that can be seen of the stack.</summary>
    public Task UntilAsync(Func<StackSnapshot, bool> reached) => WaitAsync(snapshot => Task.FromResult(reached(snapshot)));

    private async Task<bool> HasRouteAsync() => _expected.Route is not { } route || await Routes.ExistsAsync(cluster, manifest.Namespace, route, deadline);

    private async Task WaitAsync(Func<StackSnapshot, Task<bool>> reached)
    {
        try
        {
            await observer.WaitUntilAsync(
                async snapshot =>
                {
                    if (snapshot.Stack is null or { Metadata.DeletionTimestamp: not null })
                    {
                        throw await AbsentAsync();
                    }

                    if (ReadinessCheck.GaveUp(snapshot) is { } condition && !IsOfBefore(condition))
                    {
                        throw await Report().FailedAsync(condition, snapshot, cancellation);
                    }

                    return await reached(snapshot);
                },
                deadline);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw await Report().TimedOutAsync(timeout, observer.Snapshot(), cancellation);
        }
    }

    private bool IsOfBefore(StatusCondition condition) => condition == before && observer.Time.GetElapsedTime(_since) < SecondLook;

    /// <summary>Somebody else has deleted what was there when the wait began, or everything around it.</summary>
    private async Task<DiagnosticException> AbsentAsync()
    {
        if (await NamespaceCreation.FindAsync(cluster, manifest.Namespace, cancellation) is { } around)
        {
            NamespaceState.RequireStaying(around);
        }

        return new DiagnosticException(
            Codes.StackAbsent, $"{manifest.Namespace}/{manifest.Name}", $"The {manifest.Kind} was deleted while it was waited for",
            $"Find out who deletes it (`kubectl get events -n {manifest.Namespace}`, or the API server's audit log), and try again.");
    }

    private NotReadyReport Report() => new(cluster, manifest, secret, _expected);
}
