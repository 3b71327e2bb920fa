namespace Aspire.Hosting;

/// <summary>A project that the AppHost refers to; the build generates one class a project in the namespace <c>Projects</c>.</summary>
public interface IProjectMetadata
{
    string ProjectPath { get; }
    string ExecutablePath { get; }
}
