namespace Aspire.Hosting.ApplicationModel;

/// <summary>A process.</summary>
public abstract class ProgramResource : Resource, IResourceWithEndpoints
{
    private protected ProgramResource(string name)
        : base(name)
    {
    }

    internal string ExecutablePath { get; set; } = "";

    internal string WorkingDirectory { get; set; } = "";

    internal List<string> Args { get; } = [];

    internal List<Action<EnvironmentCallbackContext>> Environment { get; } = [];

    internal List<Endpoint> Endpoints { get; } = [];

    internal List<HttpHealthCheck> HealthChecks { get; } = [];

    internal List<HttpCommand> Commands { get; } = [];

    /// <summary>Programs whose endpoints this one is given.</summary>
    internal List<ProgramResource> References { get; } = [];

    /// <summary>Programs that must be healthy before this one starts.</summary>
    internal List<ProgramResource> Dependencies { get; } = [];

    public Endpoint GetEndpoint(string endpointName) => Endpoints.SingleOrDefault(endpoint => endpoint.Name == endpointName)
        ?? throw new InvalidOperationException($"The resource '{Name}' has no endpoint '{endpointName}'.");
}
