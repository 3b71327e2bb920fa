using System.Globalization;
using k8s;
using k8s.Models;
using TempoCos.ServiceDefaults;

namespace TempoCos.TempoStackDeployer.Clusters.Checks;

/// <summary>Whether the nodes are large enough, apart from what runs on them already: a warning, because nodes may be added when they are needed.</summary>
internal static class NodeCheck
{
    public static async Task RunAsync(ClusterConnection cluster, StackDemand demand, StageStep step, CancellationToken cancellationToken)
    {
        var found = await Optional.LookAsync(() => cluster.Client.CoreV1.ListNodeAsync(cancellationToken: cancellationToken));
        if (found is null)
        {
            step.Skip("The nodes may not be read");
            return;
        }

        V1Node[] nodes = [.. found.Items.Where(IsOpen)];
        var told = nodes.Where(node => node.Status?.Allocatable?.ContainsKey("cpu") == true && node.Status.Allocatable.ContainsKey("memory")).ToArray();
        step.Evidence["nodes"] = $"{nodes.Length} of {found.Items.Count} ready and open";
        if (nodes.Length == 0)
        {
            step.Succeed("Beware: no node is ready and open to pods");
            return;
        }

        if (told.Length < nodes.Length || demand.Total(component => component.RequestCpu) is not { } cpu || demand.Total(component => component.RequestMemory) is not { } memory)
        {
            step.Succeed($"{nodes.Length} nodes are ready; what the stack asks of them is not known");
            return;
        }

        var (allCpu, allMemory) = (told.Sum(node => node.Status.Allocatable["cpu"].ToDecimal()), told.Sum(node => node.Status.Allocatable["memory"].ToDecimal()));
        var needs = string.Create(CultureInfo.InvariantCulture, $"{cpu:0.##} cores and {memory / (1024 * 1024):0} Mi of memory");
        step.Evidence["requests"] = needs;
        step.Succeed(cpu > allCpu || memory > allMemory
            ? string.Create(CultureInfo.InvariantCulture, $"Beware: the stack asks for {needs}, and the nodes have {allCpu:0.##} cores and {allMemory / (1024 * 1024):0} Mi in all; its pods may wait for a node")
            : $"The stack asks for {needs}, which {nodes.Length} nodes have");
    }

    private static bool IsOpen(V1Node node) =>
        node.Spec?.Unschedulable != true && (node.Status?.Conditions ?? []).All(condition => condition.Type != "Ready" || condition.Status == "True");
}
