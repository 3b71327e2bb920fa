using TempoCos.Contracts;
using TempoCos.CosProvisioner.Iam;
using TempoCos.CosProvisioner.Kubernetes;
using TempoCos.CosProvisioner.Ledger;
using TempoCos.CosProvisioner.ObjectStorage;
using TempoCos.ServiceDefaults;

namespace TempoCos.CosProvisioner.Steps;

/// <summary>
/// Everything that Tempo needs in the cloud and in the cluster, in order. What can be refused without making anything is asked first. Each step finds
/// what an earlier call for the same run has made, so that the whole may be repeated after an end at any point.
/// </summary>
internal sealed class Provisioning(
    LedgerStore ledgers,
    IamTokenSource tokens,
    EndpointDirectory endpoints,
    ClusterConnection clusters,
    Namespaces namespaces,
    ResourceGroups groups,
    ServiceInstances instances,
    Buckets buckets,
    BucketSettings settings,
    ObjectStore stores,
    ResourceKeys keys,
    HmacProof proof,
    TimeProvider time)
{
    public async Task<Provisioned> RunAsync(ProvisionRequest request, StageReporter reporter, CancellationToken cancellationToken)
    {
        var plan = RunPlan.From(request);
        using var lease = await ledgers.OpenAsync(plan.RunId, cancellationToken);
        var ledger = lease.Ledger;
        var stage = new Stage(reporter, time);
        var adopted = new List<string>();

        var account = await stage.StepAsync("token", "Asking IAM for an access token", async step =>
        {
            var token = await tokens.GetAsync(cancellationToken);
            step.Evidence["account.id"] = token.AccountId;
            step.Succeed($"IAM knows the API key: account {token.AccountId}");
            return token.AccountId;
        });

        var choice = await stage.StepAsync("endpoint", $"Looking up the {plan.EndpointType} endpoint of {plan.Region}", async step =>
        {
            var found = await endpoints.ChooseAsync(plan.Region, plan.EndpointType, plan.StorageClass, plan.Endpoint, cancellationToken);
            step.Evidence["endpoint"] = found.Location.Endpoint;
            step.Evidence["location_constraint"] = found.LocationConstraint;
            if (found.Remark.Length > 0)
            {
                step.Evidence["warning"] = found.Remark;
            }

            step.Succeed($"Objects of {plan.Region} are at {found.Location.Endpoint}");
            return found;
        });
        var location = choice.Location;

        using var cluster = await clusters.ConnectAsync(cancellationToken);
        await EnsureAsync("namespace", LedgerKind.Namespace, $"namespace {plan.Namespace}", async step =>
        {
            var ensured = await namespaces.EnsureAsync(cluster, plan, ledger, cancellationToken);
            step.Evidence["namespace"] = plan.Namespace;
            return ensured;
        });

        var ensuredGroup = await EnsureAsync("resource-group", LedgerKind.ResourceGroup, $"resource group {plan.ResourceGroup}", async step =>
        {
            var ensured = await groups.EnsureAsync(plan, account, ledger, cancellationToken);
            step.Evidence["resource_group.id"] = ensured.Resource.Id;
            return ensured;
        });
        var group = ensuredGroup.Resource;

        var ensuredInstance = await EnsureAsync("service-instance", LedgerKind.ServiceInstance, $"service instance {plan.ServiceInstance}", async step =>
        {
            var ensured = await instances.EnsureAsync(plan, group, ledger, cancellationToken);
            step.Evidence["resource_instance.crn"] = ensured.Resource.Crn ?? ensured.Resource.Id;
            return ensured;
        });
        var instance = ensuredInstance.Resource;

        var bucket = await EnsureAsync("bucket", LedgerKind.Bucket, $"bucket {plan.Bucket} in {choice.LocationConstraint}", async step =>
        {
            var ensured = await buckets.EnsureAsync(plan, choice, ensuredInstance, ledger, cancellationToken);
            step.Evidence["bucket"] = ensured.Resource;
            step.Evidence["location_constraint"] = choice.LocationConstraint;
            if (plan.BucketOptions.RootKeyCrn.Length > 0)
            {
                step.Evidence["root_key"] = plan.BucketOptions.RootKeyCrn;
            }

            return ensured;
        });

        if (bucket.IsOurs && plan.BucketOptions.NeedConfiguration)
        {
            await stage.StepAsync("bucket-configuration", $"Configuring bucket {plan.Bucket}", step => settings.ConfigureAsync(plan, step, cancellationToken));
        }

        if (bucket.IsOurs)
        {
            await stage.StepAsync("lifecycle", $"Setting the lifecycle of bucket {plan.Bucket}", async step =>
            {
                using var store = stores.WithBearer(location, instance.Guid);
                await BucketSettings.SetLifecycleAsync(store, plan, step, cancellationToken);
            });
        }

        var hmac = await stage.StepAsync("resource-key", $"Ensuring resource key {plan.ResourceKey} with HMAC credentials", async step =>
        {
            var (ensured, key) = await keys.EnsureAsync(plan, ensuredInstance, ledger, cancellationToken);
            step.Evidence["resource_key.guid"] = ensured.Resource.Guid;
            Note(LedgerKind.ResourceKey, ensured, step, $"resource key {plan.ResourceKey}");
            return key;
        });

        await stage.StepAsync("hmac-key", $"Trying the HMAC key on bucket {plan.Bucket}", async step =>
        {
            var rounds = await proof.ShowAsync(location, plan.Bucket.Value, hmac, plan.RunId, cancellationToken);
            step.Evidence["rounds"] = $"{rounds}";
            step.Succeed("The HMAC key can put, get, list and delete in the bucket");
        });

        if (bucket.IsOurs && plan.BucketOptions.AllowedIps.Count > 0)
        {
            await stage.StepAsync("firewall", $"Closing bucket {plan.Bucket} to all but {plan.BucketOptions.AllowedIps.Count} addresses", step =>
                settings.CloseAsync(plan, location, hmac, step, cancellationToken));
        }

        await EnsureAsync("secret", LedgerKind.Secret, $"Secret {plan.Namespace}/{plan.SecretName}", step =>
        {
            step.Evidence["secret"] = $"{plan.Namespace}/{plan.SecretName}";
            return StorageSecrets.EnsureAsync(cluster, plan, location, hmac, ledger, cancellationToken);
        });

        return new Provisioned
        {
            AccountId = account,
            ResourceGroup = group.Name ?? plan.ResourceGroup.Value,
            ResourceGroupId = group.Id,
            ServiceInstance = plan.ServiceInstance.Value,
            ServiceInstanceCrn = instance.Crn ?? instance.Id,
            Bucket = plan.Bucket.Value,
            LocationConstraint = choice.LocationConstraint,
            Endpoint = location.Endpoint,
            ResourceKey = plan.ResourceKey.Value,
            Namespace = plan.Namespace,
            SecretName = plan.SecretName,
            Adopted = { adopted },
        };

        Task<Ensured<T>> EnsureAsync<T>(string step, string kind, string what, Func<StepScope, Task<Ensured<T>>> ensure) =>
            stage.StepAsync(step, $"Ensuring {what}", async scope =>
            {
                var ensured = await ensure(scope);
                Note(kind, ensured, scope, what);
                return ensured;
            });

        void Note<T>(string kind, Ensured<T> ensured, StepScope scope, string what)
        {
            scope.Succeed(ensured.Describe(what));
            if (ensured.WasThere && (ensured.IsOurs || plan.Adoption.Includes(kind)))
            {
                adopted.Add(kind);
            }
        }
    }
}
