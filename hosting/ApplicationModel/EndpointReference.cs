namespace Aspire.Hosting.ApplicationModel;

/// <summary>An endpoint of a resource; its value is the URL.</summary>
public sealed class EndpointReference(IResourceWithEndpoints owner, string endpointName) : IValueProvider
{
    /// <summary>The resource that listens.</summary>
    public IResourceWithEndpoints Resource { get; } = owner;

    /// <summary>The endpoint's name.</summary>
    public string EndpointName { get; } = endpointName;

    /// <summary>The endpoint.</summary>
    public EndpointAnnotation EndpointAnnotation => Resource.Annotations.OfType<EndpointAnnotation>().SingleOrDefault(endpoint => endpoint.Name == EndpointName)
        ?? throw new InvalidOperationException($"The resource '{Resource.Name}' has no endpoint '{EndpointName}'.");

    /// <summary>Address without the port.</summary>
    public string Host => Address.Host;

    /// <summary>The stable port.</summary>
    public int Port => Address.Port;

    /// <summary>Scheme, address and port.</summary>
    public string Url => $"{EndpointAnnotation.UriScheme}://{Host}:{Port}";

    private (string Host, int Port) Address => EndpointAnnotation.Allocated
        ?? throw new InvalidOperationException($"The endpoint '{EndpointName}' of '{Resource.Name}' has no address before the application has started.");

    /// <inheritdoc/>
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult<string?>(Url);
}
