namespace TempoCos.AppHost;

internal static class ServiceExtensions
{
    /// <summary>A service: HTTP/1 for health and commands, gRPC for the others.</summary>
    public static IResourceBuilder<ProjectResource> AddService<TProject>(this IDistributedApplicationBuilder builder, string name, HomeDirectory home)
        where TProject : IProjectMetadata, new() =>
        builder.AddProject<TProject>(name)
            .WithHttpEndpoint(name: "http", env: "HTTP_PORT")
            .WithHttpEndpoint(name: "grpc", env: "GRPC_PORT")
            .WithEndpoint("grpc", endpoint => endpoint.Transport = "http2")
            .WithUrlForEndpoint("http", url => url.Url += "/health")
            .WithUrlForEndpoint("grpc", url => url.DisplayLocation = UrlDisplayLocation.DetailsOnly)
            .WithHttpHealthCheck("/health", endpointName: "http")
            .AsPod(builder.Configuration)
            .WithEnvironment("TempoCos__Home", home.Path);
}
