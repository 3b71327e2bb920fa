using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Tests.Operator;

/// <summary>
/// Objects in a form that two operators can be compared in: without what each cluster gives (uid, versions, addresses) and what is hashed, without what
/// is empty, and every value under the way to it.
/// </summary>
public static class RecordedObjects
{
    private static readonly string[] OfTheCluster = ["uid", "resourceVersion", "creationTimestamp", "generation", "managedFields", "namespace"];

    private static readonly (string End, string Value)[] FilledIn =
    [
        (".imagePullPolicy", "IfNotPresent"), (".terminationMessagePath", "/dev/termination-log"), (".terminationMessagePolicy", "File"), (".dnsPolicy", "ClusterFirst"),
        (".schedulerName", "default-scheduler"), (".template.spec.serviceAccountName", "default"), (".defaultMode", "420"), (".serviceAccountToken.expirationSeconds", "3600"), (".fieldRef.apiVersion", "v1"),
        ("Probe.timeoutSeconds", "1"), ("Probe.periodSeconds", "10"), ("Probe.successThreshold", "1"), ("Probe.failureThreshold", "3"), (".httpGet.scheme", "HTTP"), (".grpc.service", ""),
        (".internalTrafficPolicy", "Cluster"), (".ipFamilies[0]", "IPv4"), (".ipFamilyPolicy", "SingleStack"),
        ("].apiVersion", "v1"), ("].kind", "PersistentVolumeClaim"), ("].spec.volumeMode", "Filesystem"), ("].status.phase", "Pending"),
        (".protocol", "TCP"), ("roleRef.apiGroup", "rbac.authorization.k8s.io"),
    ];

    /// <summary>Ways and values of an instance's object, its namespace's name replaced by NS.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Flatten(JsonObject one, string ns)
    {
        var copy = one.Copy();
        copy.Remove("status");
        copy.Remove("apiVersion");
        var metadata = copy.Ensure("metadata");
        foreach (var field in OfTheCluster)
        {
            metadata.Remove(field);
        }

        metadata.Ensure("annotations").Remove("deployment.kubernetes.io/revision");
        foreach (var owner in metadata.Objects("ownerReferences"))
        {
            owner.Remove("uid");
        }

        if (copy.Text("kind") == "Service" && copy.Text("spec", "clusterIP") != "None")
        {
            copy.Ensure("spec").Remove("clusterIP");
            copy.Ensure("spec").Remove("clusterIPs");
        }

        var name = $"{copy.Text("kind")}/{copy.Text("metadata", "name")}";
        copy.Remove("kind");
        metadata.Remove("name");
        return Leaves(copy, "").Where(leaf => !IsFilledIn(leaf.Way, leaf.Value)).Select(leaf => KeyValuePair.Create(
            $"{name} {leaf.Way}", leaf.Way.Contains(".annotations.", StringComparison.Ordinal) && leaf.Way.Contains("hash", StringComparison.OrdinalIgnoreCase) ? "a hash" : leaf.Value.Replace(ns, "NS", StringComparison.Ordinal)));
    }

    /// <summary>Whether it is what an API server fills in where nothing is said.</summary>
    public static bool IsFilledIn(string way, string value) =>
        FilledIn.Any(one => one.Value == value && way.EndsWith(one.End, StringComparison.Ordinal)) || (way.EndsWith(".serviceAccount", StringComparison.Ordinal) && way.Contains(".template.spec", StringComparison.Ordinal));

    private static IEnumerable<(string Way, string Value)> Leaves(JsonNode? node, string way)
    {
        switch (node)
        {
            case JsonObject map:
                return map.SelectMany(entry => Leaves(entry.Value, way.Length == 0 ? entry.Key : $"{way}.{entry.Key}"));
            case JsonArray list:
                var names = list.Select(item => item.Text("name")).ToList();
                var named = names.All(name => name is not null) && names.Distinct().Count() == names.Count;
                return list.SelectMany((item, index) => Leaves(item, $"{way}[{(named ? names[index] : index)}]"));
            case null:
                return [];
            default:
                return [(way, node.Text() ?? node.ToJsonString())];
        }
    }
}
