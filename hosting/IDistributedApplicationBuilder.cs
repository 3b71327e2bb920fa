using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>The application while its model is written down.</summary>
public interface IDistributedApplicationBuilder
{
    /// <summary>Command line, environment, appsettings.json of the AppHost.</summary>
    ConfigurationManager Configuration { get; }

    /// <summary>Folder of the AppHost's project.</summary>
    string AppHostDirectory { get; }

    /// <summary>Name of the environment.</summary>
    IHostEnvironment Environment { get; }

    /// <summary>Services of the AppHost itself. Hosted services stop before the resources do.</summary>
    IServiceCollection Services { get; }

    /// <summary>The model so far.</summary>
    IList<IResource> Resources { get; }

    /// <summary>Adds a resource.</summary>
    IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource;

    /// <summary>Ends the model.</summary>
    DistributedApplication Build();
}
