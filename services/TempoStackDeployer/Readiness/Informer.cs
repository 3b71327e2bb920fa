using System.Net;
using k8s;
using k8s.Autorest;
using k8s.Models;
using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Clusters;

namespace TempoCos.TempoStackDeployer.Readiness;

/// <summary>
/// A local copy of the objects that a list selects: lists, watches from there, and begins anew when the watch ends for whatever reason.
/// What is not served (404) counts as no objects.
/// </summary>
internal sealed class Informer<T>(
    Func<CancellationToken, Task<(IEnumerable<T> Items, string? Version)>> list,
    Func<string?, CancellationToken, IAsyncEnumerable<(WatchEventType Type, T Object)>> watch,
    Action changed,
    TimeProvider time) : IInformer
    where T : IKubernetesObject<V1ObjectMeta>
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private Dictionary<string, T>? _objects;

    public bool HasSynced
    {
        get
        {
            lock (_lock)
            {
                return _objects is not null;
            }
        }
    }

    public IReadOnlyList<T> Objects
    {
        get
        {
            lock (_lock)
            {
                return _objects is null ? [] : [.. _objects.Values];
            }
        }
    }

    /// <summary>Runs until cancelled, or until the cluster says that this may not be read.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        for (var pause = Pause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                var (items, version) = await list(cancellationToken);
                Replace(items);
                pause = Pause;
                await foreach (var (type, item) in watch(version, cancellationToken))
                {
                    Apply(type, item);
                }
            }
            catch (HttpOperationException exception) when (exception.Is(HttpStatusCode.NotFound))
            {
                Replace([]);
            }
            catch (DiagnosticException exception) when (exception.Code is Codes.Forbidden or Codes.CredentialsRefused)
            {
                throw;
            }
            catch (Exception) when (!cancellationToken.IsCancellationRequested)
            {
                // The watch was cut off or the server is away for a moment: the wait's deadline bounds how often this is tried.
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }

    private void Replace(IEnumerable<T> items)
    {
        lock (_lock)
        {
            _objects = items.ToDictionary(item => item.Metadata.Name);
        }

        changed();
    }

    private void Apply(WatchEventType type, T item)
    {
        lock (_lock)
        {
            switch (type)
            {
                case WatchEventType.Added or WatchEventType.Modified:
                    _objects![item.Metadata.Name] = item;
                    break;
                case WatchEventType.Deleted:
                    _objects!.Remove(item.Metadata.Name);
                    break;
                default:
                    return;
            }
        }

        changed();
    }
}
