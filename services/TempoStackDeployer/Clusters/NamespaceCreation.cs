using System.Net;
using k8s;
using k8s.Autorest;
using k8s.Models;
using TempoCos.Contracts;
using TempoCos.ServiceDefaults;
using TempoCos.TempoStackDeployer.Ledgers;

namespace TempoCos.TempoStackDeployer.Clusters;

/// <summary>Makes a run's namespace if it is missing; one that was there stays somebody else's.</summary>
internal static class NamespaceCreation
{
    public static async Task EnsureAsync(ClusterConnection cluster, string name, string identity, RunLedger ledger, StageStep step, CancellationToken cancellationToken)
    {
        step.Evidence["namespace"] = name;
        if (await FindAsync(cluster, name, cancellationToken) is { } existing)
        {
            NamespaceState.RequireStaying(existing);
            step.Succeed(NamespaceState.IsOurs(existing, ledger) ? $"Namespace {name} was made by this run before" : $"Namespace {name} is there and will be left there");
            return;
        }

        ledger.Intend(LedgerKinds.Namespace, name, identity);
        using var limit = new CancellationTokenSource(Mutation.Limit);
        try
        {
            var created = await cluster.Client.CoreV1.CreateNamespaceAsync(
                new V1Namespace { Metadata = new V1ObjectMeta { Name = name, Labels = RunLabels.For(ledger.RunId) } },
                fieldManager: RunLabels.FieldManager, cancellationToken: limit.Token);
            ledger.Created(LedgerKinds.Namespace, name, created.Metadata.Uid ?? "", identity);
            step.Succeed($"Namespace {name} made");
        }
        catch (HttpOperationException exception) when (exception.Is(HttpStatusCode.Conflict))
        {
            // Somebody was quicker, or the first try of this very request got through without its answer: then the label is ours.
            var there = await FindAsync(cluster, name, cancellationToken);
            if (there is null || !RunLabels.Carries(there.Metadata, ledger.RunId))
            {
                ledger.Removed(ledger.Outstanding().Single(line => line is { Kind: LedgerKinds.Namespace } && line.Name == name));
            }
            else
            {
                ledger.Created(LedgerKinds.Namespace, name, there.Metadata.Uid ?? "", identity);
            }

            step.Succeed($"Namespace {name} is there");
        }
        catch (HttpOperationException exception)
        {
            throw new DiagnosticException(
                Codes.NamespaceRefused, name, $"The cluster refuses the namespace: {ApiStatus.Message(exception.Response.Content)}", "Choose another namespace.", exception);
        }
    }

    public static async Task<V1Namespace?> FindAsync(ClusterConnection cluster, string name, CancellationToken cancellationToken)
    {
        try
        {
            return await cluster.Client.CoreV1.ReadNamespaceAsync(name, cancellationToken: cancellationToken);
        }
        catch (HttpOperationException exception) when (exception.Is(HttpStatusCode.NotFound))
        {
            return null;
        }
    }
}
