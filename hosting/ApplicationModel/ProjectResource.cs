namespace Aspire.Hosting.ApplicationModel;

/// <summary>A .NET project, started as a process.</summary>
public class ProjectResource(string name)
    : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithServiceDiscovery, IResourceWithWaitSupport;
