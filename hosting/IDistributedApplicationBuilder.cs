namespace Aspire.Hosting;

/// <summary>The application while its model is written down.</summary>
public interface IDistributedApplicationBuilder
{
    /// <summary>Command line, environment, appsettings.json of the AppHost.</summary>
    ConfigurationManager Configuration { get; }

    /// <summary>Folder of the AppHost's project.</summary>
    string AppHostDirectory { get; }

    /// <summary>Services of the AppHost itself. Hosted services stop before the resources do.</summary>
    IServiceCollection Services { get; }

    /// <summary>Adds a resource.</summary>
    IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource;

    /// <summary>Ends the model.</summary>
    DistributedApplication Build();
}
