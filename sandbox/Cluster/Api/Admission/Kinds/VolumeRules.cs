using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Admission.Kinds;

/// <summary>The volumes of a pod.</summary>
public static class VolumeRules
{
    private const int HighestMode = 511;
    private const string WrongMode = "must be a number between 0 and 0777 (octal), both inclusive";

    /// <summary>Checks them, and answers with the names of those that can be mounted.</summary>
    public static HashSet<string> Check(Field volumes)
    {
        var names = new HashSet<string>();
        foreach (var volume in volumes.Items)
        {
            var before = volumes.Errors.Count;
            Source(volume);
            volume["name"].DemandSpelled(Words.Label);
            if (names.Contains(volume["name"].Text))
            {
                volume["name"].Duplicate();
            }

            if (volumes.Errors.Count == before)
            {
                names.Add(volume["name"].Text);
            }
        }

        return names;
    }

    private static void Source(Field volume)
    {
        List<string> sources = [.. (volume.Value as JsonObject ?? []).Where(field => field.Key != "name" && field.Value is not null).Select(field => field.Key)];
        if (sources.Count == 0)
        {
            volume.Required("must specify a volume type");
            return;
        }

        foreach (var more in sources.Skip(1))
        {
            volume[more].Forbidden("may not specify more than 1 volume type");
        }

        var source = volume[sources[0]];
        switch (sources[0])
        {
            case "emptyDir" when Quantity.Parse(source["sizeLimit"].Value).Value < 0:
                source["sizeLimit"].Forbidden("SizeLimit field must be a valid resource quantity");
                break;
            case "hostPath":
                if (source["path"].Demand() && source["path"].Text.Split('/').Contains(".."))
                {
                    source["path"].Invalid("must not contain '..'");
                }

                break;
            case "configMap":
                source["name"].Demand();
                Files(source);
                break;
            case "secret":
                source["secretName"].Demand();
                Files(source);
                break;
            case "persistentVolumeClaim":
                source["claimName"].Demand();
                break;
            case "projected":
                Mode(source["defaultMode"]);
                foreach (var projection in source["sources"].Items)
                {
                    Projection(projection);
                }

                break;
            default:
                break;
        }
    }

    private static void Projection(Field projection)
    {
        List<string> sources = [.. (projection.Value as JsonObject ?? []).Where(field => field.Value is not null).Select(field => field.Key)];
        foreach (var more in sources.Skip(1))
        {
            projection[more].Forbidden("may not specify more than 1 volume type");
        }

        if (sources.Count == 0)
        {
            return;
        }

        var source = projection[sources[0]];
        if (sources[0] is "configMap" or "secret")
        {
            source["name"].Demand();
            Items(source["items"]);
        }
        else if (sources[0] == "serviceAccountToken")
        {
            if (source["expirationSeconds"].Number is < 600)
            {
                source["expirationSeconds"].Invalid("may not specify a duration less than 10 minutes");
            }

            source["path"].Demand();
        }
    }

    private static void Files(Field source)
    {
        Mode(source["defaultMode"]);
        Items(source["items"]);
    }

    private static void Items(Field items)
    {
        foreach (var item in items.Items)
        {
            item["key"].Demand();
            item["path"].Demand();
            LocalPath(item["path"]);
            Mode(item["mode"]);
        }
    }

    /// <summary>A path that stays below where it begins.</summary>
    public static void LocalPath(Field path)
    {
        if (path.Text.StartsWith('/'))
        {
            path.Invalid("must be a relative path");
        }

        if (path.Text.Split('/').Contains(".."))
        {
            path.Invalid("must not contain '..'");
        }
    }

    private static void Mode(Field mode)
    {
        if (mode.Number is < 0 or > HighestMode)
        {
            mode.Invalid(WrongMode);
        }
    }
}
