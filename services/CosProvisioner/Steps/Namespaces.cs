using k8s.Models;
using Microsoft.Extensions.Options;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.Kubernetes;
using TempoCos.CosProvisioner.Ledger;

namespace TempoCos.CosProvisioner.Steps;

/// <summary>The namespace of the run, or the one that it was told to use.</summary>
internal sealed class Namespaces(Waiting waiting, IOptionsMonitor<IbmCloudOptions> options)
{
    private const int Attempts = 3;

    public async Task<Ensured<V1Namespace>> EnsureAsync(ClusterClient cluster, RunPlan plan, RunLedger ledger, CancellationToken cancellationToken)
    {
        var name = plan.Namespace;
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            if (await cluster.FindNamespaceAsync(name, cancellationToken) is { } found)
            {
                var ours = RunLabels.AreOn(found, plan.RunId);
                if (found.DeletionTimestamp() is not null)
                {
                    await WaitUntilGoneAsync(cluster, found, DiagnosticCode.NamespaceTerminating, cancellationToken);
                    continue;
                }

                if (ours)
                {
                    ledger.Adopt(LedgerKind.Namespace, name, found.Uid());
                }

                return new Ensured<V1Namespace>(found, ours, WasThere: !ours || attempt == 1);
            }

            ledger.Intend(LedgerKind.Namespace, name);
            var wanted = new V1Namespace { Metadata = new V1ObjectMeta { Name = name, Labels = RunLabels.Of(plan.RunId) } };
            if (await cluster.TryCreateNamespaceAsync(wanted, CancellationToken.None) && await cluster.FindNamespaceAsync(name, cancellationToken) is { } made)
            {
                ledger.Created(LedgerKind.Namespace, name, made.Uid());
                return new Ensured<V1Namespace>(made, IsOurs: true, WasThere: false);
            }

            // Somebody was quicker, or an answer was lost: its labels will tell.
        }

        throw new DiagnosticException(
            DiagnosticCode.ClusterError, name, "the namespace comes and goes", "See what else makes and deletes namespaces of this name, or choose another one.");
    }

    /// <summary>Deletes it and waits until it is gone. False when there was nothing to remove.</summary>
    public async Task<bool> RemoveAsync(ClusterClient cluster, LedgerItem item, string runId, CancellationToken cancellationToken)
    {
        if (await cluster.FindNamespaceAsync(item.Name, cancellationToken) is not { } found || !RunLabels.AreOn(found, runId))
        {
            return false;
        }

        await cluster.DeleteNamespaceAsync(found, cancellationToken);
        await WaitUntilGoneAsync(cluster, found, DiagnosticCode.NamespaceStays, cancellationToken);
        return true;
    }

    private async Task WaitUntilGoneAsync(ClusterClient cluster, V1Namespace @namespace, string code, CancellationToken cancellationToken)
    {
        var atMost = options.CurrentValue.NamespaceGoneWithin;
        V1Namespace? last = null;
        var gone = await waiting.UntilAsync($"namespace {@namespace.Name()} to be gone", atMost, async () =>
        {
            last = await cluster.FindNamespaceAsync(@namespace.Name(), cancellationToken);
            return last is null || last.Uid() != @namespace.Uid();
        }, cancellationToken);
        if (!gone)
        {
            var why = last?.Status?.Conditions?.LastOrDefault(condition => condition.Status == "True")?.Message;
            throw new DiagnosticException(
                code,
                @namespace.Name(),
                $"the namespace is still terminating after {atMost.TotalSeconds:0} s{(why is null ? "" : $": {why.TrimEnd('.')}")}",
                $"See `kubectl get namespace {@namespace.Name()} -o yaml` for what holds it, such as a finalizer without its operator.");
        }
    }
}
