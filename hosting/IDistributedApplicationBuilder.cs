namespace Aspire.Hosting;

public interface IDistributedApplicationBuilder
{
    /// <summary>Command line, environment, appsettings.json of the AppHost.</summary>
    ConfigurationManager Configuration { get; }

    string AppHostDirectory { get; }

    /// <summary>Services of the AppHost itself. Hosted services stop before the resources do.</summary>
    IServiceCollection Services { get; }

    IResourceBuilder<ProjectResource> AddProject<TProject>(string name)
        where TProject : IProjectMetadata, new();

    /// <summary>Adds a parameter whose value stands under <c>Parameters:&lt;name&gt;</c>; in the environment, hyphens are underscores.</summary>
    IResourceBuilder<ParameterResource> AddParameter(string name, bool secret = false);

    IResourceBuilder<ParameterResource> AddParameter(string name, string value, bool secret = false);

    DistributedApplication Build();
}
