namespace Aspire.Hosting.ApplicationModel;

/// <summary>A link that the dashboard shows.</summary>
public sealed class ResourceUrlAnnotation
{
    public required string Url { get; set; }

    public UrlDisplayLocation DisplayLocation { get; set; }
}
