namespace Aspire.Hosting.ApplicationModel;

/// <summary>The program that a .NET project builds.</summary>
public sealed class ProjectResource : ProgramResource
{
    internal ProjectResource(string name, IProjectMetadata project)
        : base(name)
    {
        ProjectPath = project.ProjectPath;
        ExecutablePath = project.ExecutablePath;
        WorkingDirectory = Path.GetDirectoryName(project.ProjectPath)!;
    }

    internal string ProjectPath { get; }
}
