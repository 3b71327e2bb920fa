using System.Text;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;

namespace TempoCos.Cluster.Api.Admission.Kinds;

/// <summary>What every object has: labels, annotations, finalizers, owners.</summary>
public static class MetadataRules
{
    private const int LongestAnnotations = 256 << 10;

    public static void Check(ResourceType type, Field metadata)
    {
        Owners(metadata["ownerReferences"]);
        Finalizers(type, metadata["finalizers"]);
        Labels(metadata["labels"]);
        Annotations(metadata["annotations"]);
    }

    /// <summary>Labels, or what selects by them.</summary>
    public static void Labels(Field labels)
    {
        foreach (var (key, value) in labels.Value.TextMap())
        {
            labels.Showing(key).Spelled(Words.Qualified);
            labels.Showing(value).Spelled(Words.LabelValue);
        }
    }

    public static void Annotations(Field annotations)
    {
        var given = annotations.Value.TextMap();
        foreach (var key in given.Keys)
        {
            // Upper case is no part of a domain, but was always taken here.
            annotations.Showing(key).Spelled(text => Words.Qualified(text.ToLowerInvariant()));
        }

        if (given.Sum(one => (long)Encoding.UTF8.GetByteCount(one.Key) + Encoding.UTF8.GetByteCount(one.Value)) > LongestAnnotations)
        {
            annotations.TooLong(LongestAnnotations);
        }
    }

    private static void Owners(Field owners)
    {
        foreach (var owner in owners.Items)
        {
            foreach (var field in (string[])["apiVersion", "kind", "name", "uid"])
            {
                // Named without their place in the list.
                if (owner[field].Text.Length == 0)
                {
                    new Field(owner[field].Value ?? "", $"{owners.Path}.{field}", owners.Errors).Invalid("must not be empty");
                }
            }
        }

        if (owners.Items.Count(owner => owner.Value.Flag("controller")) > 1)
        {
            owners.Invalid("Only one reference can have Controller set to true");
        }
    }

    /// <summary>Those of one word are Kubernetes' own; definitions and their objects are not asked for that.</summary>
    private static void Finalizers(ResourceType type, Field finalizers)
    {
        if (type.Resource == BuiltInResources.CustomResourceDefinitions || !BuiltInResources.Types.Contains(type))
        {
            return;
        }

        foreach (var name in finalizers.Items.Where(name => !name.Text.Contains('/', StringComparison.Ordinal) && name.Text is not ("foregroundDeletion" or "kubernetes" or "orphan")))
        {
            name.Invalid("name is neither a standard finalizer name nor is it fully qualified");
        }
    }
}
