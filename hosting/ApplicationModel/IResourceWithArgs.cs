namespace Aspire.Hosting.ApplicationModel;

/// <summary>Takes command line arguments.</summary>
public interface IResourceWithArgs : IResource;
