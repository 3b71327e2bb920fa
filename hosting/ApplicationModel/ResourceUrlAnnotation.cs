namespace Aspire.Hosting.ApplicationModel;

public sealed class ResourceUrlAnnotation
{
    public required string Url { get; set; }
    public UrlDisplayLocation DisplayLocation { get; set; }
}
