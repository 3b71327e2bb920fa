using System.Text;
using k8s.Models;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.Kubernetes;
using TempoCos.CosProvisioner.Ledger;
using TempoCos.CosProvisioner.ObjectStorage;
using TempoCos.CosProvisioner.ResourceController;

namespace TempoCos.CosProvisioner.Steps;

/// <summary>The Secret that hands the bucket and its key to the Tempo operator.</summary>
internal static class StorageSecrets
{
    private const int Attempts = 3;

    public static async Task<Ensured<V1Secret>> EnsureAsync(
        ClusterClient cluster, RunPlan plan, StorageLocation location, HmacKey key, RunLedger ledger, CancellationToken cancellationToken)
    {
        var name = $"{plan.Namespace}/{plan.SecretName}";
        var wanted = Render(plan, location, key);
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            if (await cluster.FindSecretAsync(plan.Namespace, plan.SecretName, cancellationToken) is { } found)
            {
                if (!RunLabels.AreOn(found, plan.RunId))
                {
                    throw new DiagnosticException(
                        DiagnosticCode.SecretTaken,
                        name,
                        "a Secret of this name exists and is not this run's",
                        "Choose another namespace or Secret name, or delete the Secret if nobody needs it.");
                }

                ledger.Adopt(LedgerKind.Secret, name, found.Uid());
                if (!HoldsSame(found, wanted))
                {
                    wanted.Metadata.ResourceVersion = found.ResourceVersion();
                    await cluster.ReplaceSecretAsync(wanted, cancellationToken);
                }

                return new Ensured<V1Secret>(found, IsOurs: true, WasThere: attempt == 1);
            }

            ledger.Intend(LedgerKind.Secret, name);
            if (await cluster.TryCreateSecretAsync(wanted, CancellationToken.None)
                && await cluster.FindSecretAsync(plan.Namespace, plan.SecretName, cancellationToken) is { } made)
            {
                ledger.Created(LedgerKind.Secret, name, made.Uid());
                return new Ensured<V1Secret>(made, IsOurs: true, WasThere: false);
            }

            // Somebody was quicker, or an answer was lost: its labels will tell.
        }

        throw new DiagnosticException(
            DiagnosticCode.ClusterError, name, "the Secret comes and goes", "See what else makes and deletes Secrets of this name, or choose another one.");
    }

    /// <summary>False when there was nothing to remove.</summary>
    public static async Task<bool> RemoveAsync(ClusterClient cluster, LedgerItem item, string runId, CancellationToken cancellationToken)
    {
        var (@namespace, name) = item.Name.Split('/') is [var first, var second] ? (first, second) : ("default", item.Name);
        if (await cluster.FindSecretAsync(@namespace, name, cancellationToken) is not { } found || !RunLabels.AreOn(found, runId))
        {
            return false;
        }

        await cluster.DeleteSecretAsync(found, cancellationToken);
        return true;
    }

    // No region: beside a static key the operator takes it for short-lived credentials and refuses the Secret.
    private static V1Secret Render(RunPlan plan, StorageLocation location, HmacKey key) => new()
    {
        Metadata = new V1ObjectMeta { Name = plan.SecretName, NamespaceProperty = plan.Namespace, Labels = RunLabels.Of(plan.RunId) },
        Type = "Opaque",
        Data = new Dictionary<string, byte[]>
        {
            ["endpoint"] = Encoding.UTF8.GetBytes(location.Endpoint),
            ["bucket"] = Encoding.UTF8.GetBytes(plan.Bucket.Value),
            ["access_key_id"] = Encoding.UTF8.GetBytes(key.AccessKeyId),
            ["access_key_secret"] = Encoding.UTF8.GetBytes(key.SecretAccessKey),
        },
    };

    private static bool HoldsSame(V1Secret found, V1Secret wanted) =>
        found.Data?.Count == wanted.Data.Count
        && wanted.Data.All(pair => found.Data.TryGetValue(pair.Key, out var value) && value.AsSpan().SequenceEqual(pair.Value));
}
