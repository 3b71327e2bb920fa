namespace Aspire.Hosting.ApplicationModel;

/// <summary>A port on which a program listens, behind a stable port that others are given; its value is the URL of that.</summary>
public sealed class Endpoint(string program, string name) : IValueProvider
{
    private string? _url;

    /// <summary><c>http</c> or <c>http2</c>: what callers are to speak.</summary>
    public string Transport { get; set; } = "http";

    public string Url
    {
        get => _url ?? throw new InvalidOperationException($"The endpoint '{Name}' of '{program}' has no address before the application has started.");
        internal set => _url = value;
    }

    public string Value => Url;

    internal string Name { get; } = name;

    /// <summary>Name of the stable port in DCP.</summary>
    internal string Service => $"{program}-{Name}".ToLowerInvariant();

    internal Action<ResourceUrlAnnotation>? ChangeLink { get; set; }
}
