using Microsoft.Extensions.Options;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.Kubernetes;
using TempoCos.CosProvisioner.Ledger;
using TempoCos.CosProvisioner.ObjectStorage;
using TempoCos.ServiceDefaults;

namespace TempoCos.CosProvisioner.Steps;

/// <summary>The same for a store that is not IBM's: no account, instance or key is made there, only the bucket, with credentials that were given.</summary>
internal sealed class S3Provisioning(
    LedgerStore ledgers, ClusterConnection clusters, Namespaces namespaces, S3Buckets buckets, ObjectStore stores, HmacProof proof, IOptionsMonitor<S3Options> options, TimeProvider time)
{
    public async Task<Provisioned> RunAsync(ProvisionRequest request, StageReporter reporter, CancellationToken cancellationToken)
    {
        var plan = RunPlan.From(request);
        var location = S3Buckets.LocationOf(plan.Endpoint, plan.Region, options.CurrentValue);
        var key = options.CurrentValue.Key(plan.Endpoint);
        using var lease = await ledgers.OpenAsync(plan.RunId, cancellationToken);
        var ledger = lease.Ledger;
        var stage = new Stage(reporter, time);
        var adopted = new List<string>();
        using var cluster = await clusters.ConnectAsync(cancellationToken);

        await EnsureAsync("namespace", LedgerKind.Namespace, $"namespace {plan.Namespace}", async step =>
        {
            step.Evidence["namespace"] = plan.Namespace;
            return await namespaces.EnsureAsync(cluster, plan, ledger, cancellationToken);
        });

        var bucket = await EnsureAsync("bucket", LedgerKind.Bucket, $"bucket {plan.Bucket} at {plan.Endpoint}", async step =>
        {
            step.Evidence["bucket"] = plan.Bucket.Value;
            step.Evidence["endpoint"] = plan.Endpoint;
            return await buckets.EnsureAsync(plan, location, key, ledger, step, cancellationToken);
        });

        if (bucket.IsOurs)
        {
            await stage.StepAsync("lifecycle", $"Setting the lifecycle of bucket {plan.Bucket}", async step =>
            {
                using var store = stores.WithHmac(location, key);
                await BucketSettings.SetLifecycleAsync(store, plan, step, cancellationToken);
            });
        }

        await stage.StepAsync("hmac-key", $"Trying the key on bucket {plan.Bucket}", async step =>
        {
            // It was there before: there is nothing to wait for.
            var rounds = await proof.ShowAsync(location, plan.Bucket.Value, key, plan.RunId, TimeSpan.Zero, cancellationToken);
            step.Evidence["rounds"] = $"{rounds}";
            step.Succeed("The key can put, get, list and delete in the bucket");
        });

        await EnsureAsync("secret", LedgerKind.Secret, $"Secret {plan.Namespace}/{plan.SecretName}", step =>
        {
            step.Evidence["secret"] = $"{plan.Namespace}/{plan.SecretName}";
            return StorageSecrets.EnsureAsync(cluster, plan, location, key, ledger, cancellationToken);
        });

        return new Provisioned
        {
            Bucket = plan.Bucket.Value,
            LocationConstraint = plan.Region,
            Endpoint = location.Endpoint,
            Namespace = plan.Namespace,
            SecretName = plan.SecretName,
            Adopted = { adopted },
        };

        Task<Ensured<T>> EnsureAsync<T>(string step, string kind, string what, Func<StepScope, Task<Ensured<T>>> ensure) =>
            stage.StepAsync(step, $"Ensuring {what}", async scope =>
            {
                var ensured = await ensure(scope);
                scope.Succeed(ensured.Describe(what));
                if (ensured.WasThere && (ensured.IsOurs || plan.Adoption.Includes(kind)))
                {
                    adopted.Add(kind);
                }

                return ensured;
            });
    }
}
