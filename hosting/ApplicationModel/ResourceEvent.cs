namespace Aspire.Hosting.ApplicationModel;

/// <summary>A resource has changed.</summary>
/// <param name="ResourceId">Its name in the dashboard.</param>
public sealed record ResourceEvent(Resource Resource, string ResourceId, CustomResourceSnapshot Snapshot);
