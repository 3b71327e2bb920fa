using System.Reflection;
using Aspire.Hosting.Testing;

namespace Aspire.Hosting;

internal sealed class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private readonly HostApplicationBuilder _host;
    private readonly DistributedApplicationOptions _options;
    private readonly DistributedApplicationTestingBuilder? _test = DistributedApplicationTestingBuilder.Current;
    private readonly List<Resource> _resources = [];

    public DistributedApplicationBuilder(DistributedApplicationOptions options)
    {
        _options = options;
        var assembly = _test?.AppHost ?? Assembly.GetEntryAssembly();
        AppHostDirectory = assembly?.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(attribute => attribute.Key == "AppHostProjectPath")?.Value
            ?? Directory.GetCurrentDirectory();
        var settings = new HostApplicationBuilderSettings
        {
            Args = options.Args,
            ApplicationName = assembly?.GetName().Name,
            ContentRootPath = Directory.Exists(AppHostDirectory) ? AppHostDirectory : AppContext.BaseDirectory,
        };
        _test?.Configure(options, settings);
        _host = new HostApplicationBuilder(settings);
        if (options.Args is ["publish", ..] || (_host.Configuration["operation"] ?? _host.Configuration["AppHost:Operation"]) is { } operation && operation != "run")
        {
            throw new DistributedApplicationException(
                "Publishing needs Microsoft's Aspire packages, and this AppHost was built with the project's own hosting/. Build it with -p:AspireHosting=packages where the package feed carries Aspire.Hosting.");
        }

        _host.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        foreach (var key in (string[])["BrowserToken", "OtlpApiKey", "DashboardApiKey", "ResourceService:ApiKey"])
        {
            _host.Configuration[$"AppHost:{key}"] ??= Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        }
    }

    public ConfigurationManager Configuration => _host.Configuration;

    public string AppHostDirectory { get; }

    public IServiceCollection Services => _host.Services;

    public IResourceBuilder<ProjectResource> AddProject<TProject>(string name)
        where TProject : IProjectMetadata, new() => Add(new ProjectResource(name, new TProject()));

    public IResourceBuilder<ParameterResource> AddParameter(string name, string value, bool publishValueAsDefault = false, bool secret = false) => Add(new ParameterResource(name, value, secret));

    public DistributedApplication Build()
    {
        // Before every other hosted service: it starts first and stops last.
        Services.Insert(0, ServiceDescriptor.Singleton<IHostedService>(services => services.GetRequiredService<Orchestrator>()));
        Services.AddSingleton<Orchestrator>();
        Services.AddSingleton<ResourceLauncher>();
        Services.AddSingleton<ResourceCommands>();
        Services.AddSingleton<HealthProbes>();
        Services.AddSingleton<DashboardServer>();
        Services.AddSingleton<DashboardService>();
        Services.AddSingleton<ResourceNotificationService>();
        Services.AddSingleton<ResourceLoggerService>();
        if (!_options.DisableDashboard)
        {
            _resources.Insert(0, new DashboardResource());
        }

        Services.AddSingleton(new DistributedApplicationModel(_resources));
        var application = new DistributedApplication(_host.Build(), _test?.Ended);
        _test?.Built(application);
        return application;
    }

    private ResourceBuilder<T> Add<T>(T resource)
        where T : Resource
    {
        if (_resources.Any(other => string.Equals(other.Name, resource.Name, StringComparison.OrdinalIgnoreCase)))
        {
            throw new DistributedApplicationException($"There are two resources '{resource.Name}'.");
        }

        _resources.Add(resource);
        return new ResourceBuilder<T>(resource);
    }
}
