using System.Text.Json;
using System.Threading.Channels;
using k8s;
using k8s.Models;
using OpenTelemetry;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Manifests;

namespace TempoCos.TempoStackDeployer.Readiness;

/// <summary>Watches a TempoStack and everything made for it, and waits for a state of it.</summary>
internal sealed class StackObserver : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Informer<TempoStack> _stacks;
    private readonly Informer<V1Deployment> _deployments;
    private readonly Informer<V1StatefulSet> _statefulSets;
    private readonly Informer<V1Pod> _pods;
    private readonly Informer<V1Service> _services;
    private readonly Informer<V1ServiceAccount> _serviceAccounts;
    private readonly Informer<V1Ingress> _ingresses;
    private readonly Informer<V1PersistentVolumeClaim> _claims;
    private readonly IInformer[] _informers;
    private readonly string _name;
    private readonly Task _running;

    public StackObserver(ClusterConnection cluster, string @namespace, string name, TimeProvider time, string kind = StackKind.TempoStack)
    {
        _name = name;
        var (core, apps, networking, custom) = (cluster.Client.CoreV1, cluster.Client.AppsV1, cluster.Client.NetworkingV1, cluster.Client.CustomObjects);
        var selector = Selector(name);
        _stacks = new(
            async stop =>
            {
                var list = await custom.ListNamespacedCustomObjectAsync<TempoStackList>(TempoStack.Group, TempoStack.Version, @namespace, StackKind.Plural(kind), cancellationToken: stop);
                return (list.Items, list.Metadata?.ResourceVersion);
            },
            (version, stop) => custom.WatchListNamespacedCustomObjectAsync(
                    TempoStack.Group, TempoStack.Version, @namespace, StackKind.Plural(kind), resourceVersion: version, onError: Fail, cancellationToken: stop)
                .Select(change => (change.Item1, Typed(change.Item2))),
            Changed, time);
        _deployments = new(
            async stop => Page(await apps.ListNamespacedDeploymentAsync(@namespace, labelSelector: selector, cancellationToken: stop)),
            (version, stop) => apps.WatchListNamespacedDeploymentAsync(@namespace, labelSelector: selector, resourceVersion: version, onError: Fail, cancellationToken: stop),
            Changed, time);
        _statefulSets = new(
            async stop => Page(await apps.ListNamespacedStatefulSetAsync(@namespace, labelSelector: selector, cancellationToken: stop)),
            (version, stop) => apps.WatchListNamespacedStatefulSetAsync(@namespace, labelSelector: selector, resourceVersion: version, onError: Fail, cancellationToken: stop),
            Changed, time);
        _pods = new(
            async stop => Page(await core.ListNamespacedPodAsync(@namespace, labelSelector: selector, cancellationToken: stop)),
            (version, stop) => core.WatchListNamespacedPodAsync(@namespace, labelSelector: selector, resourceVersion: version, onError: Fail, cancellationToken: stop),
            Changed, time);
        _services = new(
            async stop => Page(await core.ListNamespacedServiceAsync(@namespace, labelSelector: selector, cancellationToken: stop)),
            (version, stop) => core.WatchListNamespacedServiceAsync(@namespace, labelSelector: selector, resourceVersion: version, onError: Fail, cancellationToken: stop),
            Changed, time);
        _serviceAccounts = new(
            async stop => Page(await core.ListNamespacedServiceAccountAsync(@namespace, labelSelector: selector, cancellationToken: stop)),
            (version, stop) => core.WatchListNamespacedServiceAccountAsync(@namespace, labelSelector: selector, resourceVersion: version, onError: Fail, cancellationToken: stop),
            Changed, time);
        _ingresses = new(
            async stop => Page(await networking.ListNamespacedIngressAsync(@namespace, labelSelector: selector, cancellationToken: stop)),
            (version, stop) => networking.WatchListNamespacedIngressAsync(@namespace, labelSelector: selector, resourceVersion: version, onError: Fail, cancellationToken: stop),
            Changed, time);
        _claims = new(
            async stop => Page(await core.ListNamespacedPersistentVolumeClaimAsync(@namespace, labelSelector: selector, cancellationToken: stop)),
            (version, stop) => core.WatchListNamespacedPersistentVolumeClaimAsync(@namespace, labelSelector: selector, resourceVersion: version, onError: Fail, cancellationToken: stop),
            Changed, time);
        _informers = [_stacks, _deployments, _statefulSets, _pods, _services, _serviceAccounts, _ingresses, _claims];
        _running = RunAsync();
    }

    /// <summary>What selects everything that the operator makes for a TempoStack.</summary>
    public static string Selector(string name) => $"app.kubernetes.io/name=tempo,app.kubernetes.io/instance={name}";

    public StackSnapshot Snapshot() => new()
    {
        Stack = _stacks.Objects.FirstOrDefault(stack => stack.Metadata.Name == _name),
        Deployments = _deployments.Objects,
        StatefulSets = _statefulSets.Objects,
        Pods = _pods.Objects,
        Services = _services.Objects,
        ServiceAccounts = _serviceAccounts.Objects,
        Ingresses = _ingresses.Objects,
        VolumeClaims = _claims.Objects,
    };

    /// <summary>Looks at every change until <paramref name="reached"/> says that it is the awaited one, or the token ends the wait.</summary>
    public async Task WaitUntilAsync(Func<StackSnapshot, Task<bool>> reached, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (Array.TrueForAll(_informers, informer => informer.HasSynced) && await reached(Snapshot()))
            {
                _changes.Writer.TryWrite(true);
                return;
            }

            var change = _changes.Reader.ReadAsync(cancellationToken).AsTask();
            if (await Task.WhenAny(change, _running) == _running)
            {
                await _running;
            }

            await change;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        // Watches last as long as the wait and end by being cut off: as spans they would be noise.
        using var quiet = SuppressInstrumentationScope.Begin();
        var running = _informers.Select(informer => informer.RunAsync(_stop.Token)).ToArray();
        try
        {
            await await Task.WhenAny(running);
        }
        finally
        {
            await _stop.CancelAsync();
            Changed();
            await Task.WhenAll(running).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private void Changed() => _changes.Writer.TryWrite(true);

    private static (IEnumerable<T> Items, string? Version) Page<T>(IItems<T> list) =>
        (list.Items, (list as IMetadata<V1ListMeta>)?.Metadata?.ResourceVersion);

    private static TempoStack Typed(object item) =>
        item is JsonElement element ? KubernetesJson.Deserialize<TempoStack>(element.GetRawText()) : (TempoStack)item;

    private static void Fail(Exception exception) => throw new IOException("The watch was broken off.", exception);
}
