namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>A named port of a Service.</summary>
internal sealed record ServicePort(string Namespace, string Service, string Port)
{
    /// <summary>The Service's name in the cluster's DNS.</summary>
    public string Host => $"{Service}.{Namespace}.svc";

    /// <summary>The number that the operator gives a Service's port of this name.</summary>
    public int Number => Port switch
    {
        "otlp-grpc" => 4317,
        "jaeger-ui" => 16686,
        "public" => 8080,
        "grpc-public" => 8090,
        _ => 3200,
    };

    /// <summary>In plain text, by the Service's name.</summary>
    public Uri Address => new($"http://{Host}:{Number}");
}
