namespace Aspire.Hosting.ApplicationModel;

/// <summary>A resource has changed.</summary>
public sealed class ResourceEvent(IResource resource, string resourceId, CustomResourceSnapshot snapshot)
{
    /// <summary>Which.</summary>
    public IResource Resource { get; } = resource;

    /// <summary>Its name in the dashboard.</summary>
    public string ResourceId { get; } = resourceId;

    /// <summary>What it is now.</summary>
    public CustomResourceSnapshot Snapshot { get; } = snapshot;
}
