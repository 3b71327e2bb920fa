namespace TempoCos.TempoBlocks.Rows;

/// <summary>Attributes that vParquet3 and vParquet4 give columns of their own, in column order.</summary>
internal static class StaticColumns
{
    public const string ServiceName = "service.name";

    public static readonly (string Column, string Key, bool IsInteger)[] Resource =
    [
        ("Cluster", "cluster", false),
        ("Namespace", "namespace", false),
        ("Pod", "pod", false),
        ("Container", "container", false),
        ("K8sClusterName", "k8s.cluster.name", false),
        ("K8sNamespaceName", "k8s.namespace.name", false),
        ("K8sPodName", "k8s.pod.name", false),
        ("K8sContainerName", "k8s.container.name", false),
    ];

    public static readonly (string Column, string Key, bool IsInteger)[] Span =
    [
        ("HttpMethod", "http.method", false),
        ("HttpUrl", "http.url", false),
        ("HttpStatusCode", "http.status_code", true),
    ];

    /// <summary>The dedicated columns of a scope with their names in the file: strings and integers are counted apart.</summary>
    public static IEnumerable<(DedicatedColumn Column, string Name)> Dedicated(IReadOnlyList<DedicatedColumn> dedicated, string scope)
    {
        var (strings, integers) = (0, 0);
        foreach (var column in dedicated.Where(d => d.Scope == scope))
        {
            yield return (column, column.Type == "int" ? $"Int{++integers:00}" : $"String{++strings:00}");
        }
    }
}
