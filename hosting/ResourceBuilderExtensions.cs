namespace Aspire.Hosting;

/// <summary>What the model says about a resource.</summary>
public static class ResourceBuilderExtensions
{
    /// <summary>Sets a variable.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, string? value)
        where T : IResourceWithEnvironment => builder.WithEnvironment(context => context.EnvironmentVariables[name] = value ?? "");

    /// <summary>Sets a variable to text with values in it.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(
        this IResourceBuilder<T> builder, string name, in ReferenceExpression.ExpressionInterpolatedStringHandler value)
        where T : IResourceWithEnvironment
    {
        var expression = new ReferenceExpression(value.Parts);
        return builder.WithEnvironment(context => context.EnvironmentVariables[name] = expression);
    }

    /// <summary>Sets a variable to a parameter's value.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, IResourceBuilder<ParameterResource> parameter)
        where T : IResourceWithEnvironment => builder.WithEnvironment(context => context.EnvironmentVariables[name] = parameter.Resource);

    /// <summary>Sets variables just before the start.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, Action<EnvironmentCallbackContext> callback)
        where T : IResourceWithEnvironment => builder.With(new EnvironmentCallbackAnnotation(callback));

    /// <summary>Adds arguments.</summary>
    public static IResourceBuilder<T> WithArgs<T>(this IResourceBuilder<T> builder, params string[] args)
        where T : IResourceWithArgs => builder.WithArgs(context =>
        {
            foreach (var arg in args)
            {
                context.Args.Add(arg);
            }
        });

    /// <summary>Adds arguments just before the start.</summary>
    public static IResourceBuilder<T> WithArgs<T>(this IResourceBuilder<T> builder, Action<CommandLineArgsCallbackContext> callback)
        where T : IResourceWithArgs => builder.With(new CommandLineArgsCallbackAnnotation(callback));

    /// <summary>Listens for HTTP; the process reads its port from the variable <paramref name="env"/>.</summary>
    public static IResourceBuilder<T> WithHttpEndpoint<T>(this IResourceBuilder<T> builder, int? port = null, string? name = null, string? env = null)
        where T : IResourceWithEndpoints => builder.With(new EndpointAnnotation(name ?? "http", "http") { Port = port, EnvironmentVariable = env });

    /// <summary>Changes an endpoint.</summary>
    public static IResourceBuilder<T> WithEndpoint<T>(this IResourceBuilder<T> builder, string endpointName, Action<EndpointAnnotation> callback)
        where T : IResourceWithEndpoints
    {
        callback(builder.GetEndpoint(endpointName).EndpointAnnotation);
        return builder;
    }

    /// <summary>An endpoint of the resource.</summary>
    public static EndpointReference GetEndpoint<T>(this IResourceBuilder<T> builder, string name)
        where T : IResourceWithEndpoints => builder.Resource.GetEndpoint(name);

    /// <inheritdoc cref="GetEndpoint{T}"/>
    public static EndpointReference GetEndpoint(this IResourceWithEndpoints resource, string endpointName) => new(resource, endpointName);

    /// <summary>Is healthy while this path answers with this status.</summary>
    public static IResourceBuilder<T> WithHttpHealthCheck<T>(this IResourceBuilder<T> builder, string? path = null, int? statusCode = null, string? endpointName = null)
        where T : IResourceWithEndpoints =>
        builder.With(new HttpHealthCheckAnnotation(path ?? "/", builder.GetEndpoint(endpointName ?? "http"), statusCode ?? 200));

    /// <summary>Gives the resource the other's endpoints, for service discovery and as <c>NAME_ENDPOINT</c>.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source)
        where TDestination : IResourceWithEnvironment
    {
        var name = source.Resource.Name;
        return builder.With(new ReferenceAnnotation(source.Resource)).WithEnvironment(context =>
        {
            foreach (var endpoint in source.Resource.Annotations.OfType<EndpointAnnotation>())
            {
                var reference = source.GetEndpoint(endpoint.Name);
                context.EnvironmentVariables[$"services__{name}__{endpoint.Name}__0"] = reference;
                context.EnvironmentVariables[$"{name}_{endpoint.Name}".Replace('-', '_').ToUpperInvariant()] = reference;
            }
        });
    }

    /// <summary>Starts when the other is healthy, and not at all when the other ends.</summary>
    public static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
        where T : IResourceWithWaitSupport => builder.With(new WaitAnnotation(dependency.Resource));

    /// <summary>Changes the link of an endpoint.</summary>
    public static IResourceBuilder<T> WithUrlForEndpoint<T>(this IResourceBuilder<T> builder, string endpointName, Action<ResourceUrlAnnotation> callback)
        where T : IResource => builder.With(new EndpointUrlCallbackAnnotation(endpointName, callback));

    /// <summary>Adds a command that sends a POST request to an endpoint of the resource; it can be used while the resource is healthy.</summary>
    public static IResourceBuilder<TResource> WithHttpCommand<TResource>(
        this IResourceBuilder<TResource> builder, string path, string displayName, string? endpointName = null, string? commandName = null, HttpCommandOptions? commandOptions = null)
        where TResource : IResourceWithEndpoints
    {
        var options = commandOptions ?? new HttpCommandOptions();
        var endpoint = builder.GetEndpoint(endpointName ?? "http");
        var name = commandName ?? $"{builder.Resource.Name}-{endpoint.EndpointName}-http-post-{path}".ToLowerInvariant();
        return builder.With(new HttpCommandAnnotation(name, path, displayName, endpoint, options));
    }

    private static IResourceBuilder<T> With<T>(this IResourceBuilder<T> builder, IResourceAnnotation annotation)
        where T : IResource
    {
        builder.Resource.Annotations.Add(annotation);
        return builder;
    }
}
