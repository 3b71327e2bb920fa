using System.Text.Json;
using System.Threading.Channels;
using k8s;
using k8s.Models;
using OpenTelemetry;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Manifests;

namespace TempoCos.TempoStackDeployer.Readiness;

/// <summary>Watches a TempoStack or TempoMonolithic and everything made for it, and waits for a state of it.</summary>
internal sealed class StackObserver : IAsyncDisposable
{
    private const int PageSize = 200;

    /// <summary>How long a wait is without a look when nothing changes.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

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
        Time = time;
        var (core, apps, networking, custom) = (cluster.Client.CoreV1, cluster.Client.AppsV1, cluster.Client.NetworkingV1, cluster.Client.CustomObjects);
        var selector = Selector(name, kind);
        var plural = StackKind.Plural(kind);
        var byName = $"metadata.name={name}";
        _stacks = new(
            async (token, stop) =>
            {
                var list = await custom.ListNamespacedCustomObjectAsync<TempoStackList>(
                    TempoStack.Group, TempoStack.Version, @namespace, plural, continueParameter: token, fieldSelector: byName, limit: PageSize, cancellationToken: stop);
                return new ObjectPage<TempoStack>(list.Items, list.Metadata?.ResourceVersion, list.Metadata?.ContinueProperty);
            },
            (version, seconds, stop) => custom.WatchListNamespacedCustomObjectAsync(
                    TempoStack.Group, TempoStack.Version, @namespace, plural, allowWatchBookmarks: true, fieldSelector: byName, resourceVersion: version, timeoutSeconds: seconds,
                    onError: Fail, cancellationToken: stop)
                .Select(change => (change.Item1, Typed(change.Item2))),
            Changed, time);
        _deployments = new(
            async (token, stop) => Page(await apps.ListNamespacedDeploymentAsync(@namespace, continueParameter: token, labelSelector: selector, limit: PageSize, cancellationToken: stop)),
            (version, seconds, stop) => apps.WatchListNamespacedDeploymentAsync(
                @namespace, allowWatchBookmarks: true, labelSelector: selector, resourceVersion: version, timeoutSeconds: seconds, onError: Fail, cancellationToken: stop),
            Changed, time);
        _statefulSets = new(
            async (token, stop) => Page(await apps.ListNamespacedStatefulSetAsync(@namespace, continueParameter: token, labelSelector: selector, limit: PageSize, cancellationToken: stop)),
            (version, seconds, stop) => apps.WatchListNamespacedStatefulSetAsync(
                @namespace, allowWatchBookmarks: true, labelSelector: selector, resourceVersion: version, timeoutSeconds: seconds, onError: Fail, cancellationToken: stop),
            Changed, time);
        _pods = new(
            async (token, stop) => Page(await core.ListNamespacedPodAsync(@namespace, continueParameter: token, labelSelector: selector, limit: PageSize, cancellationToken: stop)),
            (version, seconds, stop) => core.WatchListNamespacedPodAsync(
                @namespace, allowWatchBookmarks: true, labelSelector: selector, resourceVersion: version, timeoutSeconds: seconds, onError: Fail, cancellationToken: stop),
            Changed, time);
        _services = new(
            async (token, stop) => Page(await core.ListNamespacedServiceAsync(@namespace, continueParameter: token, labelSelector: selector, limit: PageSize, cancellationToken: stop)),
            (version, seconds, stop) => core.WatchListNamespacedServiceAsync(
                @namespace, allowWatchBookmarks: true, labelSelector: selector, resourceVersion: version, timeoutSeconds: seconds, onError: Fail, cancellationToken: stop),
            Changed, time);
        _serviceAccounts = new(
            async (token, stop) => Page(await core.ListNamespacedServiceAccountAsync(@namespace, continueParameter: token, labelSelector: selector, limit: PageSize, cancellationToken: stop)),
            (version, seconds, stop) => core.WatchListNamespacedServiceAccountAsync(
                @namespace, allowWatchBookmarks: true, labelSelector: selector, resourceVersion: version, timeoutSeconds: seconds, onError: Fail, cancellationToken: stop),
            Changed, time);
        _ingresses = new(
            async (token, stop) => Page(await networking.ListNamespacedIngressAsync(@namespace, continueParameter: token, labelSelector: selector, limit: PageSize, cancellationToken: stop)),
            (version, seconds, stop) => networking.WatchListNamespacedIngressAsync(
                @namespace, allowWatchBookmarks: true, labelSelector: selector, resourceVersion: version, timeoutSeconds: seconds, onError: Fail, cancellationToken: stop),
            Changed, time);
        _claims = new(
            async (token, stop) => Page(await core.ListNamespacedPersistentVolumeClaimAsync(@namespace, continueParameter: token, labelSelector: selector, limit: PageSize, cancellationToken: stop)),
            (version, seconds, stop) => core.WatchListNamespacedPersistentVolumeClaimAsync(
                @namespace, allowWatchBookmarks: true, labelSelector: selector, resourceVersion: version, timeoutSeconds: seconds, onError: Fail, cancellationToken: stop),
            Changed, time);
        _informers = [_stacks, _deployments, _statefulSets, _pods, _services, _serviceAccounts, _ingresses, _claims];
        _running = RunAsync();
    }

    public TimeProvider Time { get; }

    /// <summary>What selects everything that the operator makes for a TempoStack, or for a TempoMonolithic.</summary>
    public static string Selector(string name, string kind = StackKind.TempoStack) =>
        $"app.kubernetes.io/name={(kind == StackKind.TempoMonolithic ? "tempo-monolithic" : "tempo")},app.kubernetes.io/instance={name}";

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

    /// <summary>Looks at every change, and once in a while without one, until <paramref name="reached"/> says that it is the awaited one, or the token ends the wait.</summary>
    public async Task WaitUntilAsync(Func<StackSnapshot, Task<bool>> reached, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (Array.TrueForAll(_informers, informer => informer.HasSynced) && await reached(Snapshot()))
            {
                _changes.Writer.TryWrite(true);
                return;
            }

            using var look = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            look.CancelAfter(LookEvery);
            var change = _changes.Reader.ReadAsync(look.Token).AsTask();
            if (await Task.WhenAny(change, _running) == _running)
            {
                await _running;
            }

            await change.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            cancellationToken.ThrowIfCancellationRequested();
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

    private static ObjectPage<T> Page<T>(IItems<T> list)
    {
        var metadata = (list as IMetadata<V1ListMeta>)?.Metadata;
        return new(list.Items, metadata?.ResourceVersion, metadata?.ContinueProperty);
    }

    private static TempoStack Typed(object item) =>
        item is JsonElement element ? KubernetesJson.Deserialize<TempoStack>(element.GetRawText()) : (TempoStack)item;

    private static void Fail(Exception exception) => throw new IOException("The watch was broken off.", exception);
}
