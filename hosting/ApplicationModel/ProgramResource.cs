namespace Aspire.Hosting.ApplicationModel;

public abstract class ProgramResource(string name) : Resource(name), IResourceWithEndpoints
{
    /// <summary>Another one for each AppHost, for DCP and the dashboard.</summary>
    internal override string Id { get; } = $"{name}-{RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz", 8)}";

    internal string ExecutablePath { get; set; } = "";
    internal string WorkingDirectory { get; set; } = "";
    internal List<string> Args { get; } = [];
    internal List<Action<EnvironmentCallbackContext>> Environment { get; } = [];
    internal List<Endpoint> Endpoints { get; } = [];
    internal HttpHealthCheck? HealthCheck { get; set; }
    internal List<HttpCommand> Commands { get; } = [];

    /// <summary>Programs whose endpoints this one is given.</summary>
    internal List<ProgramResource> References { get; } = [];

    /// <summary>Programs that must be healthy before this one starts.</summary>
    internal List<ProgramResource> Dependencies { get; } = [];

    public Endpoint GetEndpoint(string endpointName) => Endpoints.SingleOrDefault(endpoint => endpoint.Name == endpointName)
        ?? throw new InvalidOperationException($"The resource '{Name}' has no endpoint '{endpointName}'.");
}
