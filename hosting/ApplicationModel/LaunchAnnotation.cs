namespace Aspire.Hosting.ApplicationModel;

/// <summary>The program of a resource.</summary>
internal sealed record LaunchAnnotation(string ResourceType, string ExecutablePath, string WorkingDirectory, string? ProjectPath = null) : IResourceAnnotation;
