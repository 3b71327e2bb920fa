using System.Text.Json.Nodes;
using k8s;
using k8s.Autorest;
using k8s.Models;
using TempoCos.Contracts;
using TempoCos.ServiceDefaults;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Ledgers;
using TempoCos.TempoStackDeployer.Manifests;
using TempoCos.TempoStackDeployer.Reach;
using TempoCos.TempoStackDeployer.Readiness;

namespace TempoCos.TempoStackDeployer.Disturbances;

/// <summary>Shortens the retention of a TempoStack. The operator renders the configuration anew and with it restarts every component.</summary>
internal sealed class RetentionChange(ClusterConnector connector, LedgerDirectory ledgers, OpenForwards forwards, TimeProvider time)
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(2);
    private static readonly string[] Blocks = ["spec", "retention", "global", "traces"];
    private static readonly string[] CompactedBlocks = ["spec", "extraConfig", "tempo", "compactor", "compaction", "compacted_block_retention"];

    public async Task<RetentionShortened> ShortenAsync(ShortenRetentionRequest request, StageReporter stage, CancellationToken cancellationToken)
    {
        var timeout = request.Timeout?.ToTimeSpan() is { Ticks: > 0 } asked ? asked : DefaultTimeout;
        using var cluster = connector.Connect();
        var stack = await ExistingStack.FindAsync(cluster, ledgers.Ledger(request.RunId), request.Namespace, request.Name, request.Anyones, stage, cancellationToken);
        var secret = await StorageSecret.ReadAsync(cluster, stack.Manifest, stack.Manifest.StorageSecretName ?? "", cancellationToken);
        using var deadline = new CancellationTokenSource(timeout, time);
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        await using var observer = new StackObserver(cluster, stack.Namespace, stack.Name, time);
        var wait = new ReadinessWait(cluster, stack.Manifest, secret, observer, timeout, bounded.Token, cancellationToken);
        await stage.StepAsync("settled", "Waiting for every component to be ready first", async step =>
        {
            await wait.WorkloadsAsync(step);
            step.Succeed("All components are ready");
        });
        var before = Generation(observer.Snapshot());

        var result = new RetentionShortened();
        var changed = await stage.StepAsync("retention", "Shortening the retention", async step =>
        {
            Note(result, Blocks, stack.Manifest, request.Blocks.ToTimeSpan());
            Note(result, CompactedBlocks, stack.Manifest, request.CompactedBlocks.ToTimeSpan());
            await PatchAsync(cluster, stack, result.Now);
            foreach (var (setting, value) in result.Now)
            {
                step.Evidence[setting] = value;
            }

            step.Succeed(string.Join(", ", result.Now.Select(setting => $"{setting.Key} = {setting.Value} (was {(result.Before[setting.Key] is { Length: > 0 } was ? was : "the default")})")));
            return result.Now.Any(setting => result.Before[setting.Key] != setting.Value);
        });
        await stage.StepAsync("components", "Waiting for the operator to bring it to every component", async step =>
        {
            if (changed)
            {
                await wait.UntilAsync(snapshot => Generation(snapshot) > before);
            }

            await wait.WorkloadsAsync(step);
            if (forwards.Endpoints(request.RunId) is { } endpoints)
            {
                await EndpointProbe.CheckAsync(endpoints, time, bounded.Token, cancellationToken);
            }

            step.Succeed("All components are ready with it");
        });
        return result;
    }

    // The compactor is what keeps the retention.
    private static long Generation(StackSnapshot snapshot) =>
        snapshot.Deployments.FirstOrDefault(deployment => deployment.Metadata.Name.EndsWith("-compactor", StringComparison.Ordinal))?.Metadata.Generation ?? 0;

    private static void Note(RetentionShortened result, string[] path, StackManifest manifest, TimeSpan value)
    {
        var name = string.Join('.', path);
        result.Before[name] = manifest.Text(path) ?? "";
        result.Now[name] = $"{Math.Max(1, (long)Math.Ceiling(value.TotalSeconds))}s";
    }

    private static async Task PatchAsync(ClusterConnection cluster, ExistingStack stack, IDictionary<string, string> settings)
    {
        var patch = new JsonObject();
        foreach (var (setting, value) in settings)
        {
            var parts = setting.Split('.');
            var node = patch;
            foreach (var part in parts[..^1])
            {
                node = (JsonObject)(node[part] ??= new JsonObject());
            }

            node[parts[^1]] = value;
        }

        using var limit = new CancellationTokenSource(Mutation.Limit);
        try
        {
            await cluster.Client.CustomObjects.PatchNamespacedCustomObjectAsync<TempoStack>(
                new V1Patch(patch, V1Patch.PatchType.MergePatch), TempoStack.Group, TempoStack.Version, stack.Namespace, TempoStack.Plural, stack.Name,
                fieldManager: RunLabels.FieldManager, cancellationToken: limit.Token);
        }
        catch (HttpOperationException exception)
        {
            throw new DiagnosticException(
                Codes.ManifestRefused, $"{stack.Namespace}/{stack.Name}", $"The cluster refuses the shorter retention: {ApiStatus.Message(exception.Response.Content)}",
                "Correct these fields; `kubectl explain tempostack.spec.retention` describes them.", exception);
        }
    }
}
