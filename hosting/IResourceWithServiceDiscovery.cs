namespace Aspire.Hosting;

/// <summary>Can be referenced by others, which find it by its name.</summary>
public interface IResourceWithServiceDiscovery : IResourceWithEndpoints;
