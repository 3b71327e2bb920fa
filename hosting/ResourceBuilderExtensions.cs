namespace Aspire.Hosting;

public static class ResourceBuilderExtensions
{
    public static IResourceBuilder<ProjectResource> WithEnvironment(this IResourceBuilder<ProjectResource> builder, string name, string value) =>
        builder.WithEnvironment(context => context.EnvironmentVariables[name] = value);

    public static IResourceBuilder<ProjectResource> WithEnvironment(this IResourceBuilder<ProjectResource> builder, string name, ReferenceExpression value) =>
        builder.WithEnvironment(context => context.EnvironmentVariables[name] = value);

    public static IResourceBuilder<ProjectResource> WithEnvironment(
        this IResourceBuilder<ProjectResource> builder, string name, IResourceBuilder<ParameterResource> parameter) =>
        builder.WithEnvironment(context => context.EnvironmentVariables[name] = parameter.Resource);

    public static IResourceBuilder<ProjectResource> WithEnvironment(this IResourceBuilder<ProjectResource> builder, Action<EnvironmentCallbackContext> callback) =>
        builder.With(project => project.Environment.Add(callback));

    public static IResourceBuilder<ProjectResource> WithArgs(this IResourceBuilder<ProjectResource> builder, params string[] args) =>
        builder.With(project => project.Args.AddRange(args));

    /// <summary>Listens for HTTP; the process reads its port from the variable <paramref name="env"/>.</summary>
    public static IResourceBuilder<ProjectResource> WithHttpEndpoint(this IResourceBuilder<ProjectResource> builder, string name, string env)
    {
        var endpoint = new Endpoint(builder.Resource.Name, name);
        builder.Resource.Endpoints.Add(endpoint);
        return builder.WithEnvironment(context => context.EnvironmentVariables[env] = new PortTemplate(endpoint));
    }

    public static IResourceBuilder<ProjectResource> WithEndpoint(this IResourceBuilder<ProjectResource> builder, string endpointName, Action<Endpoint> callback) =>
        builder.With(project => callback(project.GetEndpoint(endpointName)));

    public static Endpoint GetEndpoint(this IResourceBuilder<ProjectResource> builder, string name) => builder.Resource.GetEndpoint(name);

    /// <summary>Is healthy while this path answers with status 200.</summary>
    public static IResourceBuilder<ProjectResource> WithHttpHealthCheck(this IResourceBuilder<ProjectResource> builder, string path, string endpointName) =>
        builder.With(project => project.HealthCheck = new HttpHealthCheck(path, project.GetEndpoint(endpointName)));

    /// <summary>Gives the resource the other's endpoints, for service discovery and as <c>NAME_ENDPOINT</c>.</summary>
    public static IResourceBuilder<ProjectResource> WithReference(this IResourceBuilder<ProjectResource> builder, IResourceBuilder<ProjectResource> source)
    {
        builder.Resource.References.Add(source.Resource);
        return builder.WithEnvironment(context =>
        {
            var name = source.Resource.Name;
            foreach (var endpoint in source.Resource.Endpoints)
            {
                context.EnvironmentVariables[$"services__{name}__{endpoint.Name}__0"] = endpoint;
                context.EnvironmentVariables[$"{name}_{endpoint.Name}".Replace('-', '_').ToUpperInvariant()] = endpoint;
            }
        });
    }

    /// <summary>Starts when the other is healthy, and not at all when the other ends.</summary>
    public static IResourceBuilder<ProjectResource> WaitFor(this IResourceBuilder<ProjectResource> builder, IResourceBuilder<ProjectResource> dependency) =>
        builder.With(project => project.Dependencies.Add(dependency.Resource));

    public static IResourceBuilder<ProjectResource> WithUrlForEndpoint(
        this IResourceBuilder<ProjectResource> builder, string endpointName, Action<ResourceUrlAnnotation> callback) =>
        builder.With(project => project.GetEndpoint(endpointName).ChangeLink += callback);

    /// <summary>Adds a command that sends a POST request to an endpoint of the resource; it can be used while the resource is healthy.</summary>
    public static IResourceBuilder<ProjectResource> WithHttpCommand(
        this IResourceBuilder<ProjectResource> builder, string path, string displayName, string endpointName, string commandName, HttpCommandOptions commandOptions) =>
        builder.With(project => project.Commands.Add(new HttpCommand(commandName, path, displayName, project.GetEndpoint(endpointName), commandOptions)));

    private static IResourceBuilder<ProjectResource> With(this IResourceBuilder<ProjectResource> builder, Action<ProjectResource> change)
    {
        change(builder.Resource);
        return builder;
    }
}
