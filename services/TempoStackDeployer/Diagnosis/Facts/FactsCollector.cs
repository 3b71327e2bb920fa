using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using k8s;
using k8s.Autorest;
using k8s.Models;
using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Manifests;
using TempoCos.TempoStackDeployer.Reach;
using TempoCos.TempoStackDeployer.Readiness;
using TempoCos.TempoStackDeployer.Readiness.Causes;
using TempoCos.TempoStackDeployer.Readiness.Evidence;

namespace TempoCos.TempoStackDeployer.Diagnosis.Facts;

/// <summary>Asks cluster, components and bucket everything that the checks want to know, at once and within bounds. What cannot be asked becomes a reason, not an error.</summary>
internal sealed class FactsCollector(ClusterConnection cluster, DiagnosedStack stack, TimeProvider time)
{
    private const int MostPods = 20;
    private const int LogLines = 500;
    private const int MostLogBytes = 128 << 10;

    private static readonly TimeSpan SearchRange = TimeSpan.FromHours(1);

    private readonly ComponentTls _tls = new(cluster, stack.Manifest, time);
    private readonly Dictionary<string, Task<ClusterTls>> _certificates = new(StringComparer.Ordinal);

    public async Task<StackFacts> CollectAsync(CancellationToken cancellationToken)
    {
        var clock = ApiServerClockAsync(cancellationToken);
        var listed = (await cluster.Client.CoreV1.ListNamespacedPodAsync(
            stack.Namespace, labelSelector: StackObserver.Selector(stack.Name, stack.Kind), limit: MostPods, cancellationToken: cancellationToken)).Items;
        var pods = listed.Where(pod => pod.Metadata.DeletionTimestamp is null && PodDoor.Of(pod) is not null).ToList();
        foreach (var component in pods.Where(pod => PodDoor.Of(pod)!.IsTls).Select(Component).Distinct())
        {
            // One after the other, since they share what they read; whoever needs what could not be read says so.
            Task reading = _certificates[component] = CertificatesAsync(component, cancellationToken);
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        var components = Task.WhenAll(pods.Select(pod => ComponentAsync(pod, cancellationToken)));
        var search = SearchAsync(pods, cancellationToken);
        var (secret, keys) = await SecretAsync(listed, cancellationToken);
        var bucket = keys is null ? null : await new BucketLook(cluster, stack, keys, time).LookAsync(secret, cancellationToken);
        return new StackFacts
        {
            Namespace = stack.Namespace,
            Name = stack.Name,
            Now = time.GetUtcNow(),
            StorageType = stack.StorageType,
            IsOfARun = stack.IsOfARun,
            Components = [.. (await components).Select(component => Redacted(component, keys))],
            Secret = secret,
            Transport = secret is { Problem: null, Endpoint: { } named } && Uri.TryCreate(named, UriKind.Absolute, out var endpoint) ? StoreTransport.Of(stack.Manifest, endpoint) : null,
            Bucket = bucket ?? (secret is null ? null : new BucketFacts { Unreachable = secret.Unreadable ?? "the Secret does not say where the bucket is" }),
            Search = await search,
            ApiServerClock = await clock,
        };
    }

    private async Task<TimeSpan?> ApiServerClockAsync(CancellationToken cancellationToken)
    {
        using var answer = await cluster.Client.Version.GetCodeWithHttpMessagesAsync(cancellationToken: cancellationToken);
        return Offset(answer.Response.Headers.Date, time.GetUtcNow());
    }

    private async Task<ComponentFacts> ComponentAsync(V1Pod pod, CancellationToken cancellationToken)
    {
        var component = Component(pod);
        var logs = LogAsync(pod, component, cancellationToken);
        var isReady = PodFindings.IsReady(pod);
        var facts = new ComponentFacts(component, pod.Metadata.Name)
        {
            HasVolumeClaim = (pod.Spec.Volumes ?? []).Any(volume => volume.PersistentVolumeClaim is not null),
            IsReady = isReady,
            Trouble = isReady ? null : Trouble(component, pod, await logs),
        };
        try
        {
            using var http = await OpenAsync(pod);
            var configuration = await http.GetAsync("/status/config", cancellationToken);
            var metrics = await http.GetAsync("/metrics", cancellationToken);
            return facts with
            {
                Log = await logs,
                Configuration = configuration.IsSuccess ? TempoConfiguration.Parse(configuration.Body) : null,
                Metrics = metrics.IsSuccess ? MetricSamples.Parse(metrics.Body) : null,
                Clock = Offset(metrics.Date, metrics.Received),
                Unreachable = configuration.IsSuccess && metrics.IsSuccess ? null : $"{pod.Metadata.Name} answers {configuration.Status} and {metrics.Status}",
            };
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && Cannot(exception) is not null)
        {
            return facts with { Log = await logs, Unreachable = $"{pod.Metadata.Name} cannot be asked: {Cannot(exception)}" };
        }
    }

    /// <summary>What status and log say of a pod that is not ready; its events may not have to be read.</summary>
    private static Cause Trouble(string component, V1Pod pod, IReadOnlyList<string> log)
    {
        var evidence = new StackEvidence { Logs = new Dictionary<(string, string), ContainerLogs> { [(pod.Metadata.Name, "tempo")] = new(log, []) } };
        return PodCauses.Of(component, pod, evidence).OrderBy(cause => cause.Depth).FirstOrDefault()
            ?? new Cause(CauseDepth.Waiting, Codes.NotReady, component, pod.Metadata.Name, "it is starting", "Wait, or look at the pod.");
    }

    private static ComponentFacts Redacted(ComponentFacts component, IDictionary<string, byte[]>? keys) => component.Trouble is not { } trouble || keys is null
        ? component
        : component with { Trouble = trouble with { Reason = StorageSecret.Redact(trouble.Reason, [Text(keys, "access_key_id"), Text(keys, "access_key_secret")]) } };

    private static string Component(V1Pod pod) => pod.Metadata.Labels?.TryGetValue("app.kubernetes.io/component", out var label) == true ? label : "tempo";

    private async Task<PodHttp> OpenAsync(V1Pod pod)
    {
        var (door, component) = (PodDoor.Of(pod)!, Component(pod));
        return door.IsTls
            ? PodHttp.Encrypted(cluster, stack.Namespace, pod.Metadata.Name, door.Http, Host(component), await _certificates[component])
            : PodHttp.Plain(cluster, stack.Namespace, pod.Metadata.Name, door.Http);
    }

    // All of a TempoMonolithic shows the certificate of its one Service.
    private string Host(string component) => new ServicePort(stack.Namespace, stack.Manifest.IsMonolithic ? $"tempo-{stack.Name}" : $"tempo-{stack.Name}-{component}", "http").Host;

    /// <summary>Where the operator encrypts the components' HTTP, a client has to show one of its certificates.</summary>
    private async Task<ClusterTls> CertificatesAsync(string component, CancellationToken cancellationToken)
    {
        var tls = await _tls.OfComponentAsync(component, cancellationToken)
            ?? throw new IOException("it asks for TLS, and the configuration that says with which certificates cannot be read");
        await tls.RefreshAsync(cancellationToken);
        return tls;
    }

    /// <summary>Ingesters are asked for the run before as well, since that is the one that may have lost something, and so is whoever is not ready.</summary>
    private async Task<IReadOnlyList<string>> LogAsync(V1Pod pod, string component, CancellationToken cancellationToken)
    {
        var before = (component is "ingester" or "tempo" || !PodFindings.IsReady(pod)) && pod.Status?.ContainerStatuses?.Any(status => status is { Name: "tempo", RestartCount: > 0 }) == true
            ? TailAsync(pod, true, cancellationToken) : Task.FromResult<IReadOnlyList<string>>([]);
        var now = TailAsync(pod, false, cancellationToken);
        return [.. await before, .. await now];
    }

    private async Task<IReadOnlyList<string>> TailAsync(V1Pod pod, bool previous, CancellationToken cancellationToken)
    {
        try
        {
            await using var log = await cluster.Client.CoreV1.ReadNamespacedPodLogAsync(
                pod.Metadata.Name, stack.Namespace, "tempo", limitBytes: MostLogBytes, previous: previous ? true : null, tailLines: LogLines, cancellationToken: cancellationToken);
            using var reader = new StreamReader(log);
            return (await reader.ReadToEndAsync(cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && Cannot(exception) is not null)
        {
            return [];
        }
    }

    private async Task<SearchFacts?> SearchAsync(List<V1Pod> pods, CancellationToken cancellationToken)
    {
        if (pods.FirstOrDefault(pod => PodFindings.IsReady(pod) && PodFindings.Of("query-frontend", [pod]).Concat(PodFindings.Of("tempo", [pod])).Any()) is not { } pod)
        {
            return null;
        }

        try
        {
            using var http = await OpenAsync(pod);
            var end = time.GetUtcNow();
            var unbounded = await http.GetAsync("/api/search?q=%7B%7D&limit=20", cancellationToken, stack.Tenant);
            var bounded = await http.GetAsync($"/api/search?q=%7B%7D&limit=20&start={(end - SearchRange).ToUnixTimeSeconds()}&end={end.ToUnixTimeSeconds() + 1}", cancellationToken, stack.Tenant);
            var refused = new[] { unbounded, bounded }.FirstOrDefault(answer => !answer.IsSuccess);
            return new SearchFacts(Traces(unbounded), Traces(bounded), refused is null ? null : $"{refused.Status} {PodFindings.Cut(refused.Body.Trim())}", SearchRange);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && Cannot(exception) is not null)
        {
            return null;
        }
    }

    private static int? Traces(PodAnswer answer)
    {
        if (!answer.IsSuccess)
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(answer.Body);
            return json.RootElement.TryGetProperty("traces", out var traces) && traces.ValueKind == JsonValueKind.Array ? traces.GetArrayLength() : 0;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<(SecretFacts? Facts, IDictionary<string, byte[]>? Data)> SecretAsync(IEnumerable<V1Pod> pods, CancellationToken cancellationToken)
    {
        if (stack.SecretName is not { Length: > 0 } name)
        {
            return (null, null);
        }

        V1Secret secret;
        try
        {
            secret = await cluster.Client.CoreV1.ReadNamespacedSecretAsync(name, stack.Namespace, cancellationToken: cancellationToken);
        }
        catch (HttpOperationException exception) when (exception.Is(HttpStatusCode.NotFound))
        {
            var absent = new DiagnosticException(
                Codes.SecretOrVolume, $"{stack.Namespace}/{name}", $"the storage Secret does not exist, though the {stack.Kind} names it", "Create it with endpoint, bucket, access_key_id and access_key_secret.");
            return (new SecretFacts(name) { Problem = absent }, null);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && Cannot(exception) is { } why)
        {
            return (new SecretFacts(name) { Unreadable = $"the Secret {name} cannot be read: {why}" }, null);
        }

        var data = secret.Data ?? new Dictionary<string, byte[]>();
        DiagnosticException? problem = null;
        try
        {
            StorageSecret.Check(stack.Manifest, name, data);
        }
        catch (DiagnosticException wrong)
        {
            problem = wrong;
        }

        var facts = new SecretFacts(name)
        {
            Keys = [.. data.Keys.Order(StringComparer.Ordinal)],
            Endpoint = Text(data, "endpoint"),
            Bucket = Text(data, "bucket"),
            Changed = Changed(secret),
            Problem = problem,
            Uses = [.. pods.SelectMany(pod => Uses(pod, name, data))],
        };
        return (facts, problem is null ? data : null);
    }

    /// <summary>Of several managers of the data the last; a Secret that nobody manages is as old as it is.</summary>
    private static DateTimeOffset? Changed(V1Secret secret)
    {
        var times = (secret.Metadata.ManagedFields ?? []).Where(fields => JsonSerializer.Serialize(fields.FieldsV1).Contains("\"f:data\"", StringComparison.Ordinal)).Select(fields => fields.Time).OfType<DateTime>().ToList();
        var changed = times.Count > 0 ? times.Max() : secret.Metadata.CreationTimestamp;
        return changed is { } at ? new DateTimeOffset(DateTime.SpecifyKind(at, DateTimeKind.Utc)) : null;
    }

    private static IEnumerable<SecretUse> Uses(V1Pod pod, string secret, IDictionary<string, byte[]> data)
    {
        foreach (var container in pod.Spec.Containers)
        {
            var named = (container.Env ?? []).Where(variable => variable.ValueFrom?.SecretKeyRef?.Name == secret).ToList();
            var literal = (container.Env ?? []).FirstOrDefault(variable => variable.Name == "S3_ACCESS_KEY" && !string.IsNullOrEmpty(variable.Value));
            if (named.Count > 0 || literal is not null)
            {
                var started = pod.Status?.ContainerStatuses?.FirstOrDefault(status => status.Name == container.Name)?.State?.Running?.StartedAt;
                yield return new SecretUse(
                    pod.Metadata.Name, started is { } at ? new DateTimeOffset(DateTime.SpecifyKind(at, DateTimeKind.Utc)) : null,
                    literal is not null && literal.Value != Text(data, "access_key_id"));
            }
        }
    }

    private static string? Text(IDictionary<string, byte[]> data, string key) => data.TryGetValue(key, out var value) ? Encoding.UTF8.GetString(value) : null;

    /// <summary>A Date has whole seconds: what is within one is no difference.</summary>
    internal static TimeSpan? Offset(DateTimeOffset? date, DateTimeOffset received) =>
        date is not { } told ? null : (told - received).Duration() < TimeSpan.FromSeconds(2) ? TimeSpan.Zero : told - received;

    /// <summary>Why something cannot be asked; null for a defect.</summary>
    internal static string? Cannot(Exception exception) => exception switch
    {
        DiagnosticException diagnostic => diagnostic.Reason,
        HttpOperationException { Response: { } response } => ApiStatus.Message(response.Content ?? ""),
        HttpRequestException or IOException or TimeoutException or WebSocketException or OperationCanceledException or CryptographicException or KeyNotFoundException => (exception.InnerException ?? exception).Message.TrimEnd('.'),
        _ => null,
    };
}
