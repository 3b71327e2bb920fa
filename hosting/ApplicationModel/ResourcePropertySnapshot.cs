namespace Aspire.Hosting.ApplicationModel;

/// <summary>A property that the dashboard shows.</summary>
public sealed record ResourcePropertySnapshot(string Name, object? Value);
