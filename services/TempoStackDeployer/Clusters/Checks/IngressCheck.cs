using k8s;
using TempoCos.Contracts;
using TempoCos.ServiceDefaults;
using TempoCos.TempoStackDeployer.Manifests;

namespace TempoCos.TempoStackDeployer.Clusters.Checks;

/// <summary>Whether somebody serves the ingress or route that the manifest asks for.</summary>
internal static class IngressCheck
{
    private const string DefaultMark = "ingressclass.kubernetes.io/is-default-class";
    private const string RouteApi = "route.openshift.io/v1";

    public static async Task RunAsync(ClusterConnection cluster, StackManifest manifest, bool isNeeded, StageStep step, CancellationToken cancellationToken)
    {
        if (manifest.JaegerIngress == "route")
        {
            _ = await ApiObjects.FindResourceAsync(cluster, RouteApi, "Route", cancellationToken)
                ?? throw new DiagnosticException(
                    Codes.IngressClass, RouteApi, "The manifest asks for a route, and the cluster has no Route API (it is OpenShift's)", "Ask for type ingress, or for none: `--ingress ingress` or `--ingress none`.");
            step.Succeed("The cluster has OpenShift's Route API");
            return;
        }

        var found = await Optional.LookAsync(() => cluster.Client.NetworkingV1.ListIngressClassAsync(cancellationToken: cancellationToken));
        if (found is null)
        {
            step.Skip("The ingress classes may not be read");
            return;
        }

        var names = found.Items.Count == 0 ? "it has none" : $"it has {string.Join(", ", found.Items.Select(item => item.Metadata.Name))}";
        var wanted = manifest.Text(manifest.IsMonolithic
            ? ["spec", "jaegerui", "ingress", "ingressClassName"] : ["spec", "template", "queryFrontend", "jaegerQuery", "ingress", "ingressClassName"]);
        if (wanted is { Length: > 0 })
        {
            step.Evidence["ingress-class"] = wanted;
            step.Succeed(found.Items.Any(item => item.Metadata.Name == wanted)
                ? $"The ingress class {wanted} is there"
                : throw new DiagnosticException(
                    Codes.IngressClass, wanted, $"The cluster has no ingress class of that name; {names}", "Set the manifest's ingressClassName to one of them, or install its controller."));
            return;
        }

        if (found.Items.FirstOrDefault(item => item.Metadata.Annotations?.TryGetValue(DefaultMark, out var value) == true && value == "true") is { } standard)
        {
            step.Evidence["ingress-class"] = standard.Metadata.Name;
            step.Succeed($"The ingress is of the default class {standard.Metadata.Name}");
            return;
        }

        step.Succeed(!isNeeded
            ? $"Beware: nobody may serve the ingress, because the cluster has no default ingress class; {names}"
            : throw new DiagnosticException(
                Codes.IngressClass, "(default)", $"The run is to go through the ingress, and the cluster has no default ingress class; {names}",
                "Set the manifest's ingressClassName, or mark one: kubectl annotate ingressclass NAME ingressclass.kubernetes.io/is-default-class=true"));
    }
}
