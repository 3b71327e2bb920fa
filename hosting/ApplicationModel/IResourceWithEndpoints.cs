namespace Aspire.Hosting.ApplicationModel;

public interface IResourceWithEndpoints
{
    string Name { get; }

    Endpoint GetEndpoint(string endpointName);
}
