using TempoCos.Contracts;
using TempoCos.ServiceDefaults;
using TempoCos.TempoStackDeployer.Changes;
using TempoCos.TempoStackDeployer.Manifests;

namespace TempoCos.TempoStackDeployer.Disturbances;

/// <summary>Shortens the retention of a stack. The operator renders the configuration anew and with it restarts every component.</summary>
internal sealed class RetentionChange(StackAccess access, TimeProvider time)
{
    private static readonly string[] CompactedBlocks = ["spec", "extraConfig", "tempo", "compactor", "compaction", "compacted_block_retention"];

    public async Task<RetentionShortened> ShortenAsync(ShortenRetentionRequest request, StageReporter stage, CancellationToken cancellationToken)
    {
        await using var stack = await access.OpenAsync(
            new StackReference(request.RunId, request.Namespace, request.Name, request.Anyones, request.Timeout, request.Kind), stage, cancellationToken);
        await stack.SettledAsync(stage);
        var rollout = new Rollout(stack, time);

        var result = new RetentionShortened();
        var manifest = stack.Stack.Manifest;
        var changed = await stage.StepAsync("retention", "Shortening the retention", async step =>
        {
            (string[] Path, TimeSpan Value)[] settings = [(manifest.RetentionPath, request.Blocks.ToTimeSpan()), (CompactedBlocks, request.CompactedBlocks.ToTimeSpan())];
            foreach (var (path, value) in settings)
            {
                var name = string.Join('.', path);
                result.Before[name] = manifest.Text(path) ?? "";
                step.Evidence[name] = result.Now[name] = $"{Math.Max(1, (long)Math.Ceiling(value.TotalSeconds))}s";
            }

            step.Succeed(string.Join(", ", result.Now.Select(setting => $"{setting.Key} = {setting.Value} (was {(result.Before[setting.Key] is { Length: > 0 } was ? was : "the default")})")));
            if (result.Now.All(setting => result.Before[setting.Key] == setting.Value))
            {
                return null;
            }

            return await SpecChange.ApplyAsync(stack, wanted =>
            {
                foreach (var (path, _) in settings)
                {
                    DocumentPath.Set(wanted.Document, path, result.Now[string.Join('.', path)]);
                }
            });
        });
        await stage.StepAsync("components", "Waiting for the operator to bring it to every component", async step =>
        {
            if (changed is null)
            {
                await stack.Wait.WorkloadsAsync(step);
                await stack.ReachableAsync();
                step.Succeed("All components are ready, as they were");
            }
            else
            {
                await rollout.WaitAsync(new StackManifest(manifest.Kind, manifest.Name, manifest.Namespace, changed), step);
            }
        });
        return result;
    }
}
