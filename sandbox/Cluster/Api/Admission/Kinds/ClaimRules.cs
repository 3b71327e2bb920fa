using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Admission.Kinds;

/// <summary>Claims of volumes, by themselves or as templates of StatefulSets.</summary>
public static class ClaimRules
{
    private static readonly string[] Modes = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];

    public static void Specification(Field specification)
    {
        specification["accessModes"].Demand("at least 1 access mode is required");
        SelectorRules.Check(specification["selector"]);
        foreach (var mode in specification["accessModes"].Items.Where(mode => !Modes.Contains(mode.Text)))
        {
            specification["accessModes"].Showing(mode.Text).NotSupported(Modes);
        }

        var storage = specification["resources"].Key("storage").Showing(specification["resources"]["requests"]["storage"].Value);
        if (!storage.IsSet)
        {
            storage.Required();
        }
        else if (Quantity.Parse(storage.Value).Value <= 0)
        {
            storage.Showing(storage.Value?.ToString()).Invalid("must be greater than zero");
        }

        specification["storageClassName"].Spelled(Words.Subdomain);
        specification["volumeMode"].OneOf("Block", "Filesystem");
    }
}
