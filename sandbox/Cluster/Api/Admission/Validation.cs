using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;

namespace TempoCos.Cluster.Api.Admission;

/// <summary>What the API server refuses of metadata and of the kinds that a deployment of Tempo uses.</summary>
public static partial class Validation
{
    private const int LongestLabel = 63;
    private const int LongestAnnotations = 256 << 10;
    private const string LabelValue = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
    private const string LabelName = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
    private const string LongLabel = "must be no more than 63 characters";

    public static void Check(ResourceType type, JsonObject given)
    {
        List<FieldError> errors = [.. Metadata(given), .. Content(type, given)];
        if (errors.Count > 0)
        {
            throw ApiException.Invalid(type.Kind, type.Group, given.Text("metadata", "name") ?? "", errors);
        }
    }

    private static IEnumerable<FieldError> Metadata(JsonObject given)
    {
        foreach (var (key, value) in given.TextMap("metadata", "labels"))
        {
            if (Name(key) is { } wrong)
            {
                yield return FieldError.InvalidValue("metadata.labels", key, wrong);
            }

            if (value.Length > LongestLabel)
            {
                yield return FieldError.InvalidValue("metadata.labels", value, LongLabel);
            }

            if (!Value().IsMatch(value))
            {
                yield return FieldError.InvalidValue("metadata.labels", value, LabelValue);
            }
        }

        var annotations = given.TextMap("metadata", "annotations");
        foreach (var key in annotations.Keys)
        {
            if (Name(key) is { } wrong)
            {
                yield return FieldError.InvalidValue("metadata.annotations", key, wrong);
            }
        }

        if (annotations.Sum(one => (long)one.Key.Length + one.Value.Length) > LongestAnnotations)
        {
            yield return new FieldError("FieldValueTooLong", "metadata.annotations", $"Too long: may not be more than {LongestAnnotations} bytes");
        }
    }

    private static string? Name(string key)
    {
        var name = key[(key.IndexOf('/', StringComparison.Ordinal) + 1)..];
        return name.Length > LongestLabel ? $"name part {LongLabel}" : Part().IsMatch(name) ? null : LabelName;
    }

    private static IEnumerable<FieldError> Content(ResourceType type, JsonObject given) => type.Resource switch
    {
        BuiltInResources.Pods => Pod(given.At("spec"), "spec", claims: []),
        BuiltInResources.Deployments or BuiltInResources.StatefulSets or BuiltInResources.ReplicaSets or BuiltInResources.Jobs =>
            [.. Replicas(given), .. Pod(given.At("spec", "template", "spec"), "spec.template.spec", given.Objects("spec", "volumeClaimTemplates").Select(claim => claim.Text("metadata", "name")))],
        BuiltInResources.Claims => Claim(given),
        BuiltInResources.Events => EventValidation.Always(given),
        BuiltInResources.Services when given.Text("spec", "type") != "ExternalName" && given.Text("spec", "clusterIP") != "None" && !given.Objects("spec", "ports").Any() =>
            [FieldError.Required("spec.ports")],
        _ => [],
    };

    private static IEnumerable<FieldError> Replicas(JsonObject given)
    {
        if (given.Number("spec", "replicas") is < 0 and var count)
        {
            yield return new FieldError("FieldValueInvalid", "spec.replicas", $"Invalid value: {count}: must be greater than or equal to 0");
        }
    }

    private static IEnumerable<FieldError> Claim(JsonObject given)
    {
        if (!given.Texts("spec", "accessModes").Any())
        {
            yield return FieldError.Required("spec.accessModes", "at least 1 access mode is required");
        }

        if (given.At("spec", "resources", "requests", "storage") is null)
        {
            yield return FieldError.Required("spec.resources[storage]");
        }
    }

    private static IEnumerable<FieldError> Pod(JsonNode? spec, string path, IEnumerable<string?> claims)
    {
        List<JsonObject> containers = [.. spec.Objects("containers")];
        if (containers.Count == 0)
        {
            yield return FieldError.Required($"{path}.containers");
        }

        var names = new HashSet<string>();
        for (var index = 0; index < containers.Count; index++)
        {
            var at = $"{path}.containers[{index}]";
            var name = containers[index].Text("name") ?? "";
            if (name.Length == 0)
            {
                yield return FieldError.Required($"{at}.name");
            }
            else if (!names.Add(name))
            {
                yield return new FieldError("FieldValueDuplicate", $"{at}.name", $"Duplicate value: \"{name}\"");
            }

            if (containers[index].Text("image") is null or "")
            {
                yield return FieldError.Required($"{at}.image");
            }

            foreach (var (mount, number) in containers[index].Objects("volumeMounts").Select((mount, number) => (mount, number)))
            {
                var volume = mount.Text("name") ?? "";
                if (!spec.Objects("volumes").Any(one => one.Text("name") == volume) && !claims.Contains(volume))
                {
                    yield return new FieldError("FieldValueNotFound", $"{at}.volumeMounts[{number}].name", $"Not found: \"{volume}\"");
                }
            }
        }
    }

    [GeneratedRegex(@"^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?\z")]
    private static partial Regex Value();

    [GeneratedRegex(@"^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\z")]
    private static partial Regex Part();
}
