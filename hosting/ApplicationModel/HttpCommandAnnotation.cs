namespace Aspire.Hosting.ApplicationModel;

internal sealed record HttpCommandAnnotation(string Name, string Path, string DisplayName, EndpointReference Endpoint, HttpCommandOptions Options) : IResourceAnnotation;
