namespace Aspire.Hosting.ApplicationModel;

/// <summary>A port on which a resource listens, behind a stable port that others are given.</summary>
public sealed class EndpointAnnotation(string name, string uriScheme) : IResourceAnnotation
{
    /// <summary>Unique in its resource.</summary>
    public string Name { get; } = name;

    /// <summary>Scheme of its URL.</summary>
    public string UriScheme { get; set; } = uriScheme;

    /// <summary><c>http</c> or <c>http2</c>.</summary>
    public string Transport { get; set; } = "http";

    /// <summary>The stable port; null = the operating system's choice.</summary>
    public int? Port { get; set; }

    internal string? EnvironmentVariable { get; init; }

    internal string? Service { get; set; }

    internal (string Host, int Port)? Allocated { get; set; }
}
