using TempoCos.Contracts;
using TempoCos.ServiceDefaults;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Manifests;

namespace TempoCos.TempoStackDeployer.Readiness;

/// <summary>Waits for a TempoStack to be what its manifest promises, and explains it when it is not.</summary>
internal sealed class ReadinessWait(
    ClusterConnection cluster, StackManifest manifest, StorageSecret secret, StackObserver observer, TimeSpan timeout, CancellationToken deadline, CancellationToken cancellation)
{
    private readonly ExpectedObjects _expected = ExpectedObjects.From(manifest);

    /// <summary>Every workload has its replicas ready; each is reported as it comes.</summary>
    public Task WorkloadsAsync(StageStep step)
    {
        var announced = new HashSet<string>();
        return WaitAsync(async snapshot =>
        {
            var states = ReadinessCheck.Workloads(_expected, snapshot);
            foreach (var state in states.Where(state => state.Ready && announced.Add(state.Workload.Component)))
            {
                step.Evidence[state.Workload.Component] = state.Detail;
                await step.ReportAsync($"{state.Workload.Component} is ready ({states.Count(other => other.Ready)} of {states.Count} components)");
            }

            return states.All(state => state.Ready);
        });
    }

    /// <summary>Service account, services with their ports, and ingress.</summary>
    public async Task ObjectsAsync(StageStep step)
    {
        await WaitAsync(snapshot => Task.FromResult(ReadinessCheck.Missing(_expected, snapshot).Count == 0));
        step.Evidence["service-account"] = _expected.ServiceAccount;
        step.Evidence["services"] = string.Join(", ", _expected.Services.Select(service => service.Name));
        if (_expected.Ingress is { } ingress)
        {
            step.Evidence["ingress"] = ingress;
        }

        step.Succeed($"Service account, {_expected.Services.Count} services with their ports{(_expected.Ingress is null ? "" : " and the ingress")} are there");
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
