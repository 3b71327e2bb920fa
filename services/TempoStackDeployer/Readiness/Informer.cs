using System.Net;
using System.Text.Json;
using k8s;
using k8s.Autorest;
using k8s.Models;
using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Clusters;

namespace TempoCos.TempoStackDeployer.Readiness;

/// <summary>
/// A local copy of the objects that a list selects: lists by pages, watches from there, and goes on from the last version seen when the watch ends for whatever
/// reason. It lists again when that version is too old (410 Gone), or when watching fails repeatedly. What is not served (404) counts as no objects.
/// </summary>
internal sealed class Informer<T>(
    Func<string?, CancellationToken, Task<ObjectPage<T>>> list,
    Func<string?, int, CancellationToken, IAsyncEnumerable<(WatchEventType Type, T Object)>> watch,
    Action changed,
    TimeProvider time) : IInformer
    where T : IKubernetesObject<V1ObjectMeta>
{
    private const int FailuresUntilList = 3;

    /// <summary>The server ends a watch after so long; one that is still silent somewhat later hangs on a connection that nobody serves any more.</summary>
    private static readonly TimeSpan WatchFor = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan SilenceAfter = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private Dictionary<string, T>? _objects;

    /// <summary>Where the next watch begins; null when everything has to be listed first.</summary>
    private string? _version;

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
        var failures = 0;
        for (var pause = Pause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                if (_version is null)
                {
                    await ListAsync(cancellationToken);
                    pause = Pause;
                }

                if (await WatchAsync(cancellationToken))
                {
                    (failures, pause) = (0, Pause);
                }
            }
            catch (HttpOperationException exception) when (exception.Is(HttpStatusCode.NotFound))
            {
                _version = null;
                Replace([]);
            }
            catch (DiagnosticException exception) when (exception.Code is Codes.Forbidden or Codes.CredentialsRefused)
            {
                throw;
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                // The watch was cut off or the server is away for a moment: the wait's deadline bounds how often this is tried.
                if (IsTooOld(exception) || ++failures >= FailuresUntilList)
                {
                    (_version, failures) = (null, 0);
                }
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        var items = new List<T>();
        ObjectPage<T> page;
        string? token = null;
        do
        {
            page = await list(token, cancellationToken);
            items.AddRange(page.Items);
            token = page.Continue;
        }
        while (!string.IsNullOrEmpty(token));
        Replace(items);
        _version = page.Version;
    }

    /// <returns>Whether anything came.</returns>
    private async Task<bool> WatchAsync(CancellationToken cancellationToken)
    {
        var any = false;
        using var silence = new CancellationTokenSource(SilenceAfter, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        try
        {
            await foreach (var (type, item) in watch(_version, (int)WatchFor.TotalSeconds, either.Token))
            {
                any = true;
                Apply(type, item);
                _version = item.Metadata?.ResourceVersion ?? _version;
            }
        }
        catch (Exception exception) when (any && !IsTooOld(exception) && !cancellationToken.IsCancellationRequested)
        {
            // What came counts; the next watch begins after it.
        }

        return any;
    }

    private void Replace(IEnumerable<T> items)
    {
        lock (_lock)
        {
            _objects = [];
            foreach (var item in items)
            {
                _objects[item.Metadata.Name] = Slim(item);
            }
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
                    _objects![item.Metadata.Name] = Slim(item);
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

    /// <summary>Nobody here asks who manages which field, and it is often the larger part of an object.</summary>
    private static T Slim(T item)
    {
        item.Metadata.ManagedFields = null;
        return item;
    }

    private static bool IsTooOld(Exception? exception) => exception switch
    {
        null => false,
        KubernetesException { Status.Code: (int)HttpStatusCode.Gone } => true,
        HttpOperationException http when http.Is(HttpStatusCode.Gone) => true,
        JsonException => true,
        _ => IsTooOld(exception.InnerException),
    };
}
