namespace Aspire.Hosting;

/// <summary>Projects in the model.</summary>
public static class ProjectResourceBuilderExtensions
{
    /// <summary>Adds the program that a project builds, as a process.</summary>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name)
        where TProject : IProjectMetadata, new()
    {
        var project = new TProject();
        var resource = new ProjectResource(name);
        resource.Annotations.Add(project);
        resource.Annotations.Add(new LaunchAnnotation("Project", project.ExecutablePath, Path.GetDirectoryName(project.ProjectPath)!, project.ProjectPath));
        return builder.AddResource(resource);
    }
}
