namespace Aspire.Hosting.ApplicationModel;

/// <summary>A link that the dashboard shows.</summary>
public sealed class ResourceUrlAnnotation
{
    /// <summary>Absolute URL; a callback may replace it by a path of the endpoint.</summary>
    public required string Url { get; set; }

    /// <summary>Text of the link.</summary>
    public string? DisplayText { get; set; }

    /// <summary>Where it is shown.</summary>
    public UrlDisplayLocation DisplayLocation { get; set; }
}
