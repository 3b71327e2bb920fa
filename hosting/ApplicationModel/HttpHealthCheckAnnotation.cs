namespace Aspire.Hosting.ApplicationModel;

internal sealed record HttpHealthCheckAnnotation(string Path, EndpointReference Endpoint, int StatusCode) : IResourceAnnotation
{
    public string Key => $"{Endpoint.Resource.Name}_{Endpoint.EndpointName}_{Path}_{StatusCode}_check";
}
