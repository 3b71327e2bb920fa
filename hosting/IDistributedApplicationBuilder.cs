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

    IResourceBuilder<ParameterResource> AddParameter(string name, string value, bool publishValueAsDefault = false, bool secret = false);

    DistributedApplication Build();
}
