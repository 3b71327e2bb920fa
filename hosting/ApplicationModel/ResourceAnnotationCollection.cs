using System.Collections.ObjectModel;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>What is said about one resource, in the order of the model.</summary>
public sealed class ResourceAnnotationCollection : Collection<IResourceAnnotation>;
