using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Patching;

namespace TempoCos.Cluster.Api.Fields;

/// <summary>
/// A set of fields as <c>metadata.managedFields</c> writes it (FieldsV1): a tree of <c>f:name</c>, <c>k:{"key":value}</c> and <c>v:value</c>.
/// A node without children is a member.
/// </summary>
public sealed class FieldSet
{
    private readonly SortedDictionary<string, FieldSet> children = new(StringComparer.Ordinal);

    public bool IsLeaf => children.Count == 0;

    public IEnumerable<KeyValuePair<string, FieldSet>> Children => children;

    public FieldSet? Child(string element) => children.GetValueOrDefault(element);

    /// <summary>The fields that an object sets, without those that identify it.</summary>
    public static FieldSet Of(JsonObject content)
    {
        var set = new FieldSet();
        foreach (var (name, value) in content)
        {
            if (name is "metadata" && value is JsonObject metadata)
            {
                var inner = new FieldSet();
                foreach (var (field, part) in metadata.Where(entry => entry.Key is "labels" or "annotations" or "finalizers" or "ownerReferences"))
                {
                    inner.children[$"f:{field}"] = OfValue(field, part);
                }

                if (!inner.IsLeaf)
                {
                    set.children["f:metadata"] = inner;
                }
            }
            else if (name is not ("apiVersion" or "kind" or "metadata"))
            {
                set.children[$"f:{name}"] = OfValue(name, value);
            }
        }

        return set;
    }

    public static FieldSet Parse(JsonNode? fields)
    {
        var set = new FieldSet();
        foreach (var (element, inner) in fields as JsonObject ?? [])
        {
            if (element != ".")
            {
                set.children[element] = Parse(inner);
            }
        }

        return set;
    }

    public JsonObject ToJson() => new(children.Select(child => KeyValuePair.Create<string, JsonNode?>(child.Key, child.Value.ToJson())));

    public FieldSet Union(FieldSet other) => Combine(other, (mine, theirs) => mine ?? theirs);

    /// <summary>The members of this set that the other has not, as itself or below.</summary>
    /// <param name="other">The other set.</param>
    /// <param name="wholly">Whether a member of the other without members below is all that is below, as a list is that has one owner; else it is only itself, as an empty map is.</param>
    public FieldSet Except(FieldSet other, bool wholly = true)
    {
        var result = new FieldSet();
        foreach (var (element, child) in children)
        {
            if (other.Child(element) is not { } theirs)
            {
                result.children[element] = child;
            }
            else if (!child.IsLeaf && !(theirs.IsLeaf && wholly) && child.Except(theirs, wholly) is { IsLeaf: false } rest)
            {
                result.children[element] = rest;
            }
        }

        return result;
    }

    /// <summary>The members of this set that the other has too.</summary>
    public FieldSet Intersect(FieldSet other)
    {
        var result = new FieldSet();
        foreach (var (element, child) in children)
        {
            if (other.Child(element) is not { } theirs)
            {
                continue;
            }

            if (child.IsLeaf || theirs.IsLeaf)
            {
                result.children[element] = child.IsLeaf ? theirs : child;
            }
            else if (child.Intersect(theirs) is { IsLeaf: false } common)
            {
                result.children[element] = common;
            }
        }

        return result;
    }

    /// <summary>The members of this set whose values differ between two objects.</summary>
    public FieldSet Differing(JsonNode? one, JsonNode? other, string field = "")
    {
        var result = new FieldSet();
        foreach (var (element, child) in children)
        {
            var name = element.StartsWith("f:", StringComparison.Ordinal) ? element[2..] : field;
            var (left, right) = (FieldPath.Step(one, element, field), FieldPath.Step(other, element, field));
            if (child.IsLeaf)
            {
                if (!JsonNode.DeepEquals(left, right))
                {
                    result.children[element] = child;
                }
            }
            else if (child.Differing(left, right, name) is { IsLeaf: false } inner)
            {
                result.children[element] = inner;
            }
        }

        return result;
    }

    /// <summary>The members as paths for people: <c>.spec.template.containers[name="tempo"].image</c>.</summary>
    public IEnumerable<string> Paths(string prefix = "") =>
        IsLeaf ? [prefix] : children.SelectMany(child => child.Value.Paths(prefix + FieldPath.Display(child.Key)));

    private static FieldSet OfValue(string field, JsonNode? value)
    {
        var set = new FieldSet();
        switch (value)
        {
            case JsonObject map:
                foreach (var (name, inner) in map)
                {
                    set.children[$"f:{name}"] = OfValue(name, inner);
                }

                break;
            case JsonArray items when ListSemantics.IsSet(field):
                foreach (var item in items)
                {
                    set.children[$"v:{item?.ToJsonString()}"] = new FieldSet();
                }

                break;
            case JsonArray items when items.Count > 0 && ListSemantics.Keys(field, items) is { } keys:
                foreach (var item in items.OfType<JsonObject>())
                {
                    set.children[FieldPath.Key(item, keys)] = OfValue("", item);
                }

                break;
            default:
                break;
        }

        return set;
    }

    private FieldSet Combine(FieldSet other, Func<FieldSet?, FieldSet?, FieldSet?> choose)
    {
        var result = new FieldSet();
        foreach (var element in children.Keys.Union(other.children.Keys))
        {
            var (mine, theirs) = (Child(element), other.Child(element));
            var chosen = mine is { IsLeaf: false } && theirs is { IsLeaf: false } ? mine.Combine(theirs, choose) : choose(mine, theirs);
            if (chosen is not null)
            {
                result.children[element] = chosen;
            }
        }

        return result;
    }
}
