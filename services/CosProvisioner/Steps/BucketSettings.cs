using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Options;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.ObjectStorage;
using TempoCos.CosProvisioner.ResourceController;

namespace TempoCos.CosProvisioner.Steps;

/// <summary>What a bucket of ours is given after it was made: each may be repeated.</summary>
internal sealed class BucketSettings(BucketConfigurationClient configuration, HmacProof proof, Waiting waiting, IOptionsMonitor<IbmCloudOptions> options)
{
    private const string RuleId = "tempocos-abort-uploads";

    /// <summary>Uploads that nobody ends are billed and not seen in listings. Blocks never expire by such a rule: their retention is the compactor's.</summary>
    public static async Task SetLifecycleAsync(IAmazonS3 store, RunPlan plan, StepScope step, CancellationToken cancellationToken)
    {
        if (plan.BucketOptions.AbortUploadsAfterDays is not { } days)
        {
            step.Skip("No lifecycle rule was asked for");
            return;
        }

        var rule = new LifecycleRule
        {
            Id = RuleId,
            Status = LifecycleRuleStatus.Enabled,
            Filter = new LifecycleFilter { LifecycleFilterPredicate = new LifecyclePrefixPredicate { Prefix = "" } },
            AbortIncompleteMultipartUpload = new LifecycleRuleAbortIncompleteMultipartUpload { DaysAfterInitiation = days },
        };
        try
        {
            await store.PutLifecycleConfigurationAsync(
                new PutLifecycleConfigurationRequest { BucketName = plan.Bucket.Value, Configuration = new LifecycleConfiguration { Rules = [rule] } }, cancellationToken);
        }
        catch (AmazonS3Exception exception) when (StoreErrors.IsUnsupported(exception) && !plan.BucketOptions.AbortIsAsked)
        {
            step.Skip("The object store has no lifecycle rules: unfinished uploads stay until somebody aborts them");
            return;
        }

        step.Evidence["abort_uploads_after_days"] = $"{days}";
        step.Succeed($"Unfinished uploads are aborted after {(days == 1 ? "a day" : $"{days} days")}");
    }

    public async Task ConfigureAsync(RunPlan plan, StepScope step, CancellationToken cancellationToken)
    {
        var (quota, monitoring) = (plan.BucketOptions.HardQuotaBytes, plan.BucketOptions.MetricsMonitoringCrn);
        var metrics = monitoring.Length == 0 ? null : new BucketMetrics(true, true, monitoring == BucketOptions.DefaultInstance ? null : monitoring);
        await configuration.ChangeAsync(plan.Bucket.Value, new BucketConfiguration(quota > 0 ? quota : null, MetricsMonitoring: metrics), cancellationToken);
        if (quota > 0)
        {
            step.Evidence["hard_quota"] = $"{quota}";
        }

        if (metrics is not null)
        {
            step.Evidence["metrics_monitoring"] = monitoring;
        }

        step.Succeed($"The bucket has {(quota > 0 ? $"a hard quota of {quota} bytes" : "no quota")}{(metrics is null ? "" : " and sends its metrics")}");
    }

    /// <summary>Closes the bucket to all but some addresses, and opens it again when that keeps this machine out.</summary>
    public async Task CloseAsync(RunPlan plan, StorageLocation location, HmacKey key, StepScope step, CancellationToken cancellationToken)
    {
        var (bucket, allowed) = (plan.Bucket.Value, plan.BucketOptions.AllowedIps);
        await configuration.ChangeAsync(bucket, new BucketConfiguration(Firewall: new BucketFirewall(allowed)), cancellationToken);
        KeyTrial? refused = null;
        try
        {
            await waiting.UntilAsync($"the firewall of {bucket} to take effect", options.CurrentValue.FirewallWatched, async () =>
            {
                refused = await proof.TryOnceAsync(location, bucket, key, plan.RunId, cancellationToken) is { Works: false } trial ? trial : null;
                return refused is not null;
            }, cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            await configuration.ChangeAsync(bucket, BucketConfiguration.Open, CancellationToken.None);
            throw;
        }

        if (refused is not null)
        {
            await configuration.ChangeAsync(bucket, BucketConfiguration.Open, CancellationToken.None);
            throw new DiagnosticException(
                DiagnosticCode.FirewallLocksOut,
                string.Join(", ", allowed),
                $"a firewall for these addresses keeps this machine out of {bucket}, so it was taken away again: {refused.Describe()}",
                "Add the address under which this machine reaches the object store with --allow-ip, and those of the cluster's nodes.");
        }

        step.Evidence["allowed_ip"] = string.Join(", ", allowed);
        step.Succeed($"The bucket is closed to all but {string.Join(", ", allowed)}, which lets this machine in");
    }
}
