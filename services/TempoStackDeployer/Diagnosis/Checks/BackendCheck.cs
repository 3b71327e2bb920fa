using TempoCos.Doctor;
using TempoCos.TempoStackDeployer.Diagnosis.Facts;

namespace TempoCos.TempoStackDeployer.Diagnosis.Checks;

/// <summary>Whether blocks go where they should: a bucket in which only Tempo's seed lies is one that nobody writes blocks to.</summary>
internal sealed class BackendCheck : StackCheck
{
    public override CheckDescription Description { get; } = new("TC406", "backend", "Looking for blocks in the bucket that the Secret names");

    public override Finding Examine(StackFacts facts)
    {
        // Who has started with another Secret goes on; where a pod did not start, that is the finding.
        if (facts.Bucket?.Refusal is { } refusal && facts.Components.All(component => component.IsReady))
        {
            return Finding.Fail(
                $"the store refuses what the Secret {facts.Secret?.Name} says: {refusal} for the bucket {facts.Secret?.Bucket}; pods that start from now on will not run",
                "Correct bucket, access_key_id and access_key_secret in the storage Secret; a new key may take minutes to spread.");
        }

        string[] ingester = ["ingester"];
        var transport = Transport(facts);
        if (facts.Configuration(ingester) is not { } configuration || configuration.Text("storage.trace.backend") is not { } backend)
        {
            return transport ?? Finding.Skip(facts.Unreachable(ingester));
        }

        if (facts.StorageType.Length > 0 && backend != facts.StorageType)
        {
            return Finding.Fail(
                $"Tempo's backend is {backend}, the Secret is for {facts.StorageType}: blocks stay where the ingesters run",
                "Remove storage.trace.backend from spec.extraConfig.tempo.").With("backend", backend);
        }

        if (facts.Secret is { Bucket: { } named, Unreadable: null } && configuration.Text("storage.trace.s3.bucket") is { } used && used != named)
        {
            return Finding.Fail(
                $"Tempo writes to the bucket {used}, the Secret names {named}", "Replace the pods, or remove storage.trace.s3.bucket from spec.extraConfig.tempo.").With("backend", backend).With("bucket", used);
        }

        if (facts.Bucket is not { Unreachable: null } bucket)
        {
            return transport ?? Finding.Skip(facts.Bucket?.Unreachable ?? "the bucket could not be looked at");
        }

        var flushed = facts.Metric("tempo_ingester_blocks_flushed_total", ingester) ?? 0;
        string[] compactor = ["compactor"];
        var deleted = facts.Metric("tempodb_retention_deleted_total", compactor) ?? 0;
        var blocks = bucket.LiveBlocks.Count() + bucket.CompactedBlocks.Count();
        var onlySeed = bucket.Objects.Any(item => item.Key == BucketFacts.ClusterSeed) && bucket.Objects.All(item => item.Key == BucketFacts.ClusterSeed);
        return (blocks == 0 && flushed > 0 && deleted == 0 && bucket.IsWhole
            ? Finding.Fail(
                $"ingesters say that they flushed {flushed:0} blocks, and {(onlySeed ? $"{BucketFacts.ClusterSeed} is all that is in the bucket" : "there is no block in the bucket")}",
                "See which bucket, prefix and endpoint Tempo has (/status/config), and whether something deletes objects: a lifecycle rule, another run.")
            : transport ?? Finding.Pass(blocks > 0 ? $"the bucket has {blocks} blocks of {bucket.Tenants.Count()} tenants" : "nothing was flushed yet, and nothing is in the bucket that should not be"))
            .With("backend", backend).With("blocks", $"{blocks}").With("blocks_flushed", $"{flushed:0}").With("objects", $"{bucket.Objects.Count}");
    }

    /// <summary>
    /// The scheme of the Secret's endpoint against what Tempo does, by its own configuration where a pod tells it. A Tempo that started has reached its store, in the clear or by
    /// TLS: then it is a warning.
    /// </summary>
    private static Finding? Transport(StackFacts facts)
    {
        if (facts is not { Transport: { } asked, Secret.Endpoint: { } endpoint })
        {
            return null;
        }

        var running = facts.Configuration("ingester")?.Flag("storage.trace.s3.insecure");
        var tls = running is { } insecure ? !insecure : asked.IsTls;
        if (tls == asked.IsHttps && (tls || !asked.AsksForTls))
        {
            return null;
        }

        var message = $"Tempo speaks {(tls ? "TLS" : "plain http")} to {endpoint}";
        var (why, fix) = tls == asked.IsHttps
            ? ($", though {asked.Switch} is true: {asked.DecidedBy} decides", $"Write https:// into the Secret's endpoint if the store speaks TLS there, else set {asked.Switch} to false.")
            : tls != asked.IsTls
            ? (", and the stack would have it otherwise by now", "Replace the pods; if it stays so, see whether the operator works on the stack.")
            : ($": {asked.DecidedBy} decides, not the scheme", asked.IsHttps
                ? $"Set {asked.DecidedBy} to {asked.ValueFor(tls: true)}; a store with an authority of its own needs it in caName beside it."
                : $"Write https:// into the Secret's endpoint if the store speaks TLS there, else set {asked.DecidedBy} to {asked.ValueFor(tls: false)}.");
        var finding = running is null && facts.Components.Any(component => !component.IsReady) ? Finding.Fail(message + why, fix) : Finding.Warn(message + why, fix);
        return finding.With("endpoint", endpoint).With("tls", tls ? "true" : "false");
    }
}
