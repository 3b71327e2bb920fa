namespace TempoCos.TempoStackDeployer.Clusters;

/// <summary>A resource as the API server's discovery names it.</summary>
/// <param name="Group">Empty for the core group.</param>
/// <param name="Version">Such as v1.</param>
/// <param name="Plural">Name in paths and rights, such as configmaps.</param>
/// <param name="Kind">Name in manifests, such as ConfigMap.</param>
/// <param name="Namespaced">Whether its objects live in namespaces.</param>
internal sealed record ApiResource(string Group, string Version, string Plural, string Kind, bool Namespaced)
{
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>As kubectl takes it: <c>configmaps</c>, <c>tempostacks.tempo.grafana.com</c>.</summary>
    public string FullName => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    /// <summary>Path of the resource's objects, or of one.</summary>
    public string Path(string @namespace, string name = "")
    {
        var root = Group.Length == 0 ? $"api/{Version}" : $"apis/{Group}/{Version}";
        var all = Namespaced ? $"{root}/namespaces/{Uri.EscapeDataString(@namespace)}/{Plural}" : $"{root}/{Plural}";
        return name.Length == 0 ? all : $"{all}/{Uri.EscapeDataString(name)}";
    }
}
