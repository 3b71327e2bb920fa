using TempoCos.Contracts;
using TempoCos.ServiceDefaults;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Manifests;

namespace TempoCos.TempoStackDeployer.Readiness;

/// <summary>Waits for a TempoStack to be what its manifest promises, says meanwhile what it waits for, and explains it when it does not become so.</summary>
internal sealed class ReadinessWait(
    ClusterConnection cluster, StackManifest manifest, StorageSecret secret, StackObserver observer, TimeSpan timeout, CancellationToken deadline, CancellationToken cancellation)
{
    private readonly ExpectedObjects _expected = ExpectedObjects.From(manifest);

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
                    if (ReadinessCheck.GaveUp(snapshot) is { } condition)
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

    private NotReadyReport Report() => new(cluster, manifest, secret, _expected);
}
