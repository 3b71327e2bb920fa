namespace Aspire.Hosting.ApplicationModel;

/// <summary>Answer of a health check; a null status means that it has not been asked yet.</summary>
public sealed record HealthReportSnapshot(HealthStatus? Status, string? Description, string? ExceptionText);
