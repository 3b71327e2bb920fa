namespace Aspire.Hosting.Testing;

/// <summary>The running application in the hands of a test.</summary>
public static class DistributedApplicationHostingTestingExtensions
{
    /// <summary>A client whose base address is the resource's endpoint (its first one when null).</summary>
    public static HttpClient CreateHttpClient(this DistributedApplication app, string resourceName, string? endpointName = null) =>
        new() { BaseAddress = app.GetEndpoint(resourceName, endpointName) };

    /// <summary>Address of the resource's endpoint (its first one when null).</summary>
    public static Uri GetEndpoint(this DistributedApplication app, string resourceName, string? endpointName = null)
    {
        var resource = app.Services.GetRequiredService<DistributedApplicationModel>().Find(resourceName) as IResourceWithEndpoints
            ?? throw new ArgumentException($"The resource '{resourceName}' has no endpoints.", nameof(resourceName));
        return new Uri(resource.GetEndpoint(endpointName ?? resource.Annotations.OfType<EndpointAnnotation>().First().Name).Url);
    }
}
