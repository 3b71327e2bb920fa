using System.Text.Json.Nodes;

namespace TempoCos.Cluster.Api.Patching;

/// <summary>RFC 7386.</summary>
public static class JsonMergePatch
{
    public static void Apply(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null)
            {
                target.Remove(name);
            }
            else if (value is JsonObject inner)
            {
                if (target[name] is not JsonObject child)
                {
                    target[name] = child = [];
                }

                Apply(child, inner);
            }
            else
            {
                target[name] = value.DeepClone();
            }
        }
    }
}
