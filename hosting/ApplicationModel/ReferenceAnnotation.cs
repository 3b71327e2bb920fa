namespace Aspire.Hosting.ApplicationModel;

internal sealed record ReferenceAnnotation(IResource Resource) : IResourceAnnotation;
