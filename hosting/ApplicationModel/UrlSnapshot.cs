namespace Aspire.Hosting.ApplicationModel;

/// <summary>A link of a resource.</summary>
public sealed record UrlSnapshot(string Name, string Url, bool IsInternal, string? DisplayName);
