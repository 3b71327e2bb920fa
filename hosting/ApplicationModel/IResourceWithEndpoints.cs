namespace Aspire.Hosting.ApplicationModel;

/// <summary>Listens.</summary>
public interface IResourceWithEndpoints : IResource;
