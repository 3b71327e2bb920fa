namespace Aspire.Hosting.ApplicationModel;

/// <summary>May wait for others before it starts.</summary>
public interface IResourceWithWaitSupport : IResource;
