namespace Aspire.Hosting.ApplicationModel;

/// <summary>Something that is said about a resource.</summary>
public interface IResourceAnnotation;
