namespace Aspire.Hosting.ApplicationModel;

/// <summary>A port on which a program listens, behind a stable port that others are given; its value is the URL of that.</summary>
public sealed class Endpoint : IValueProvider
{
    private readonly string _program;
    private string? _url;

    internal Endpoint(string program, string name)
    {
        _program = program;
        Name = name;
    }

    /// <summary><c>http</c> or <c>http2</c>: what callers are to speak.</summary>
    public string Transport { get; set; } = "http";

    public string Url
    {
        get => _url ?? throw new InvalidOperationException($"The endpoint '{Name}' of '{_program}' has no address before the application has started.");
        internal set => _url = value;
    }

    internal string Name { get; }

    /// <summary>Name of the stable port in DCP.</summary>
    internal string Service => $"{_program}-{Name}".ToLowerInvariant();

    internal Action<ResourceUrlAnnotation>? ChangeLink { get; set; }

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult<string?>(Url);
}
