using System.Diagnostics;
using System.Text.Json.Nodes;
using TempoCos.Contracts;
using TempoCos.ServiceDefaults;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Clusters.Checks;
using TempoCos.TempoStackDeployer.Ledgers;
using TempoCos.TempoStackDeployer.Manifests;
using TempoCos.TempoStackDeployer.Plans;
using TempoCos.TempoStackDeployer.Reach;
using TempoCos.TempoStackDeployer.Readiness;

namespace TempoCos.TempoStackDeployer;

/// <summary>From a manifest to a TempoStack or TempoMonolithic that is ready and reachable.</summary>
internal sealed class StackDeployment(ClusterConnector connector, LedgerDirectory ledgers, OpenForwards forwards, TimeProvider time)
{
    internal static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(5);

    public async Task<Deployed> DeployAsync(DeployRequest request, StageReporter stage, CancellationToken cancellationToken)
    {
        var timeout = request.Timeout?.ToTimeSpan() is { Ticks: > 0 } asked ? asked : DefaultTimeout;
        var manifest = await ReadAsync(request, stage);
        var ledger = ledgers.Open(request.RunId);

        using var cluster = await connector.ConnectAsync(cancellationToken);
        var identity = await Preflight.RunAsync(cluster, manifest, request, ledger, provisions: false, stage, cancellationToken);
        await ManifestObjectApply.CheckAsync(cluster, manifest, cancellationToken);
        await stage.StepAsync(
            "namespace", $"Looking for the namespace {manifest.Namespace}",
            step => NamespaceCreation.EnsureAsync(cluster, manifest.Namespace, identity, ledger, step, cancellationToken));
        var secret = await stage.StepAsync("storage-secret", "Checking the storage Secret", step => SecretAsync(cluster, manifest, step, cancellationToken));

        using var deadline = new CancellationTokenSource(timeout, time);
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        if (manifest.Objects.Count > 0)
        {
            await stage.StepAsync("objects", "Applying what the manifest has beside its stack", async step =>
            {
                foreach (var item in manifest.Objects)
                {
                    await ManifestObjectApply.ApplyAsync(cluster, item, identity, ledger, cancellationToken);
                    step.Evidence[$"{item.Kind}/{item.Name}"] = "applied";
                }

                step.Succeed($"Applied {string.Join(", ", manifest.Objects.Select(item => $"{item.Kind} {item.Name}"))}");
            });
        }

        await stage.StepAsync(LedgerKinds.Of(manifest.Kind), $"Applying the {manifest.Kind} {manifest.Name}", async step =>
        {
            var applied = await StackApply.ApplyAsync(cluster, manifest, identity, ledger, cancellationToken);
            step.Evidence["uid"] = applied.Metadata.Uid ?? "";
            step.Succeed($"{manifest.Kind} {manifest.Name} applied in {manifest.Namespace} (field manager {RunLabels.FieldManager}, generation {applied.Metadata.Generation ?? 1})");
        });

        var started = time.GetTimestamp();
        var stack = await ReadyAsync(new Context(cluster, manifest, secret, timeout, bounded.Token, cancellationToken), stage);
        Telemetry.ReadyAfter.Record(time.GetElapsedTime(started).TotalSeconds, new TagList { { "components", ExpectedObjects.From(manifest).Workloads.Count } });

        var reach = await stage.StepAsync(
            "endpoints", $"Opening ways to the {manifest.Kind}", step => ReachAsync(request, manifest, step, bounded.Token, cancellationToken));
        return new Deployed
        {
            Namespace = manifest.Namespace,
            Name = manifest.Name,
            Endpoints = reach.Endpoints,
            Reached = { reach.Ways.Select(way => way.ToContract()) },
            Tenant = reach.Tenant,
            Accelerated = { manifest.ExtraConfig().ToDictionary() },
            OperatorVersion = stack.Status?.OperatorVersion ?? "",
            TempoVersion = stack.Status?.TempoVersion ?? "",
            Kind = manifest.Kind,
        };
    }

    public async Task<Checked> CheckAsync(DeployRequest request, StageReporter stage, CancellationToken cancellationToken)
    {
        var manifest = await ReadAsync(request, stage);
        using var cluster = await connector.ConnectAsync(cancellationToken);
        forwards.Check(cluster, request.Reach);
        await Preflight.RunAsync(cluster, manifest, request, ledgers.Ledger(request.RunId), provisions: true, stage, cancellationToken);
        await ManifestObjectApply.CheckAsync(cluster, manifest, cancellationToken);
        await stage.StepAsync("schema", $"Comparing the {manifest.Kind} with the cluster's schema", step => SchemaCheck.RunAsync(cluster, manifest, step, cancellationToken));
        CheckChange(request, manifest);
        return new Checked { Name = manifest.Name, Server = cluster.Server, Kind = manifest.Kind, SecretName = manifest.StorageSecretName };
    }

    /// <summary>A change that comes later is tried now, before anything has to be paid for.</summary>
    private static void CheckChange(DeployRequest request, StackManifest manifest)
    {
        if (request.Change.Count == 0)
        {
            return;
        }

        var later = request.Clone();
        later.SecretName = manifest.StorageSecretName;
        later.Set.AddRange(request.Change);
        if (JsonNode.DeepEquals(ManifestReader.Read(later).Document, manifest.Document))
        {
            throw new DiagnosticException(
                Codes.NothingToChange, string.Join(", ", request.Change.Select(change => change.Split('=')[0])), "The change leaves the stack as it is", "Give by --change what is to be different, such as spec.template.querier.replicas=2.");
        }
    }

    internal static Task<StackManifest> ReadAsync(DeployRequest request, StageReporter stage) =>
        stage.StepAsync("manifest", "Reading the manifest", step =>
        {
            var read = ManifestReader.Read(request);
            step.Evidence["name"] = read.Name;
            step.Evidence["kind"] = read.Kind;
            step.Evidence["namespace"] = read.Namespace;
            step.Succeed($"The manifest is the {read.Kind} {read.Name}{Others(read)}");
            return Task.FromResult(read);
        });

    private static string Others(StackManifest manifest) =>
        manifest.Objects.Count == 0 ? "" : $", after {string.Join(", ", manifest.Objects.Select(item => $"{item.Kind} {item.Name}"))}";

    private static async Task<StorageSecret> SecretAsync(ClusterConnection cluster, StackManifest manifest, StageStep step, CancellationToken cancellationToken)
    {
        var name = manifest.StorageSecretName!;
        var secret = await StorageSecret.ReadAsync(cluster, manifest, name, cancellationToken);
        step.Evidence["endpoint"] = secret.Endpoint.OriginalString;
        step.Evidence["bucket"] = secret.Bucket;
        step.Succeed($"Secret {name} names the bucket {secret.Bucket} at {secret.Endpoint.OriginalString}");
        if (secret.IsHttps && !manifest.SetsStorageTls)
        {
            manifest.EnableStorageTls();
            step.Evidence["storage.tls"] = "enabled by TempoCos";
            step.Succeed(
                $"Secret {name} names the bucket {secret.Bucket} at {secret.Endpoint.OriginalString}; set {string.Join('.', manifest.StorageTlsPath)}.enabled: true, "
                + "because the operator would otherwise call an https endpoint over plain http");
        }
        else if (secret.IsHttps != manifest.StorageTls)
        {
            step.Succeed(
                $"Secret {name} names the bucket {secret.Bucket} at {secret.Endpoint.OriginalString}; beware: the manifest's {string.Join('.', manifest.StorageTlsPath)} does not fit that scheme, "
                + $"Tempo will use {(manifest.StorageTls ? "TLS" : "plain http")}");
        }

        return secret;
    }

    private async Task<TempoStack> ReadyAsync(Context context, StageReporter stage)
    {
        await using var observer = new StackObserver(context.Cluster, context.Manifest.Namespace, context.Manifest.Name, time, context.Manifest.Kind);
        var wait = new ReadinessWait(context.Cluster, context.Manifest, context.Secret, observer, context.Timeout, context.Deadline, context.Cancellation);
        await stage.StepAsync("workloads", "Waiting for every component to be ready", async step =>
        {
            await wait.WorkloadsAsync(step);
            step.Succeed($"All components are ready: {string.Join(", ", step.Evidence.Keys)}");
        });
        await stage.StepAsync("services", "Looking for service account, services and ingress", wait.ObjectsAsync);
        return await stage.StepAsync("ready-condition", "Waiting for the operator to say Ready", wait.ConditionAsync);
    }

    private async Task<StackReach> ReachAsync(DeployRequest request, StackManifest manifest, StageStep step, CancellationToken deadline, CancellationToken cancellation)
    {
        var reach = await forwards.OpenAsync(manifest, request.Reach, cancellation);
        try
        {
            await EndpointProbe.CheckAsync(reach, time, deadline, cancellation);
        }
        catch
        {
            await reach.DisposeAsync();
            throw;
        }

        await forwards.HoldAsync(request.RunId, reach);
        foreach (var way in reach.Ways.Select(way => way.ToContract()))
        {
            step.Evidence[way.Endpoint] = way.Address;
            step.Evidence[$"{way.Endpoint}.by"] = $"{way.By} to {way.Target}{(way.Gateway ? " through the gateway" : "")}{(way.Tls == "none" ? "" : $", {way.Tls} TLS")}";
        }

        step.Succeed($"Reachable by {reach.Endpoints.ReachedBy}: OTLP at {reach.Endpoints.OtlpGrpc}, queries at {reach.Endpoints.QueryFrontend}");
        return reach;
    }

    private sealed record Context(
        ClusterConnection Cluster, StackManifest Manifest, StorageSecret Secret, TimeSpan Timeout, CancellationToken Deadline, CancellationToken Cancellation);
}
