namespace TempoCos.Cluster.Kubelet.Loopback;

/// <summary>sandbox/Tempo is one program for what are several images: the first argument says which.</summary>
public static class SandboxRoles
{
    public static IReadOnlyList<string> Of(string? container) => container switch
    {
        "jaeger-query" => ["jaeger-query"],
        "tempo-query" => ["tempo-query"],
        "tempo-gateway" => ["gateway"],
        "tempo-gateway-opa" => ["gateway-opa"],
        _ => [],
    };
}
