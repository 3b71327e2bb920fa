using k8s;
using k8s.Models;
using TempoCos.Contracts;
using TempoCos.ServiceDefaults;

namespace TempoCos.TempoStackDeployer.Clusters.Checks;

/// <summary>Whether somebody makes the ingesters' volumes.</summary>
internal static class StorageClassCheck
{
    private static readonly string[] DefaultMarks = ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"];

    public static async Task RunAsync(ClusterConnection cluster, StackDemand demand, StageStep step, CancellationToken cancellationToken)
    {
        if (demand.Claims == 0)
        {
            step.Skip("The manifest asks for no volume");
            return;
        }

        var found = await Optional.LookAsync(() => cluster.Client.StorageV1.ListStorageClassAsync(cancellationToken: cancellationToken));
        if (found is null)
        {
            step.Skip("The storage classes may not be read, so that a volume that nobody makes shows only as a pod that is not scheduled");
            return;
        }

        var classes = found.Items;
        var names = classes.Count == 0 ? "it has none" : $"it has {string.Join(", ", classes.Select(item => item.Metadata.Name))}";
        if (demand.StorageClass is { Length: > 0 } wanted)
        {
            if (classes.All(item => item.Metadata.Name != wanted))
            {
                throw new DiagnosticException(
                    Codes.StorageClass, wanted, $"The cluster has no storage class of that name for the ingesters' volumes; {names}", "Set the manifest's storageClassName to one of them, or have it made.");
            }

            step.Succeed($"The storage class {wanted} is there");
            step.Evidence["storage-class"] = wanted;
            return;
        }

        if (classes.FirstOrDefault(IsDefault) is { } standard)
        {
            step.Evidence["storage-class"] = standard.Metadata.Name;
            step.Succeed($"The ingesters' volumes are of the default storage class {standard.Metadata.Name}");
            return;
        }

        var volumes = await Optional.LookAsync(() => cluster.Client.CoreV1.ListPersistentVolumeAsync(cancellationToken: cancellationToken));
        if (volumes?.Items.Count(volume => string.IsNullOrEmpty(volume.Spec.StorageClassName) && volume.Status?.Phase == "Available") is { } free && free >= demand.Claims)
        {
            step.Succeed($"There is no default storage class, but {free} volumes without a class are free");
            return;
        }

        throw new DiagnosticException(
            Codes.StorageClass, "(default)", $"The cluster has no default storage class for the ingesters' volumes; {names}",
            "Name one in the manifest (spec.storageClassName of a TempoStack, spec.storage.traces.storageClassName of a TempoMonolithic), or mark one: "
            + "kubectl annotate storageclass NAME storageclass.kubernetes.io/is-default-class=true");
    }

    private static bool IsDefault(V1StorageClass item) => DefaultMarks.Any(mark => item.Metadata.Annotations?.TryGetValue(mark, out var value) == true && value == "true");
}
