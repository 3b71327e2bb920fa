using k8s.Models;
using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Ledgers;

namespace TempoCos.TempoStackDeployer.Clusters;

/// <summary>Whose a namespace is, and what holds one that is being deleted.</summary>
internal static class NamespaceState
{
    private static readonly string[] Holding = ["NamespaceContentRemaining", "NamespaceFinalizersRemaining", "NamespaceDeletionContentFailure", "NamespaceDeletionDiscoveryFailure", "NamespaceDeletionGroupVersionParsingFailure"];

    /// <summary>Whether this service made it for the run.</summary>
    public static bool IsOurs(V1Namespace existing, RunLedger ledger) =>
        ledger.Outstanding().Any(line => line is { Kind: LedgerKinds.Namespace } && line.Name == existing.Metadata.Name);

    /// <exception cref="DiagnosticException">It is being deleted.</exception>
    public static void RequireStaying(V1Namespace existing)
    {
        if (existing.Metadata.DeletionTimestamp is null && existing.Status?.Phase != "Terminating")
        {
            return;
        }

        var name = existing.Metadata.Name;
        var held = HeldBy(existing);
        throw new DiagnosticException(
            Codes.NamespaceTerminating, name, held.Length > 0 ? $"The namespace is being deleted, and held: {held}" : "The namespace is being deleted",
            $"Wait until it is gone, or choose another; what a finalizer waits for is its owner's to do, and `kubectl get namespace {name} -o yaml` says whose it is.");
    }

    /// <summary>What the namespace's status says holds it, and its finalizers; empty when nothing is said.</summary>
    public static string HeldBy(V1Namespace existing)
    {
        var said = (existing.Status?.Conditions ?? []).Where(condition => condition.Status == "True" && Holding.Contains(condition.Type)).Select(condition => condition.Message.TrimEnd('.'));
        string[] finalizers = [.. existing.Metadata.Finalizers ?? [], .. (existing.Spec?.Finalizers ?? []).Where(finalizer => finalizer != "kubernetes")];
        return string.Join("; ", finalizers.Length > 0 ? said.Append($"finalizers {string.Join(", ", finalizers)}") : said);
    }
}
