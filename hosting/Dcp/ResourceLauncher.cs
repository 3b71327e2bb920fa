using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Aspire.Hosting.Dashboard;

namespace Aspire.Hosting.Dcp;

/// <summary>Starts the process of a resource when those that it waits for are healthy.</summary>
internal sealed class ResourceLauncher(
    DistributedApplicationModel model, ResourceNotificationService notifications, ResourceLoggerService logs, IConfiguration configuration)
{
    public const string Mask = "••••••••";
    private static readonly TimeSpan WaitDeadline = TimeSpan.FromMinutes(3);
    private readonly ConcurrentDictionary<string, string> _ids = [];

    public DcpClient? Client { get; set; }

    /// <summary>Name of the resource in DCP and in the dashboard.</summary>
    public string IdOf(Resource resource) => resource is ParameterResource
        ? resource.Name
        : _ids.GetOrAdd(resource.Name, name => $"{name}-{RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz", 8)}");

    /// <summary>Shows the program before it starts.</summary>
    public void Prepare(ProgramResource program)
    {
        var project = program as ProjectResource;
        notifications.Publish(program, IdOf(program), _ => new CustomResourceSnapshot
        {
            ResourceType = project is null ? "Executable" : "Project",
            CreationTimeStamp = DateTime.UtcNow,
            State = new ResourceStateSnapshot(KnownResourceStates.NotStarted, null),
            IsHidden = program is DashboardResource,
            Urls = [.. program.Endpoints.Select(Link)],
            HealthReports = [.. program.HealthChecks.Select(check => new HealthReportSnapshot(check.Key, null, null, null))],
            Properties =
            [
                .. project is null ? (ResourcePropertySnapshot[])[] : [new("project.path", project.ProjectPath)],
                new("executable.path", program.ExecutablePath),
                new("executable.workDir", program.WorkingDirectory),
            ],
        });
    }

    public async Task LaunchAsync(ProgramResource program, CancellationToken cancellationToken)
    {
        try
        {
            await WaitAsync(program, cancellationToken);
            Publish(program, current => current with
            {
                State = new ResourceStateSnapshot(KnownResourceStates.Starting, null),
                ExitCode = null,
                HealthReports = [.. current.HealthReports.Select(report => report with { Status = null, Description = null })],
            });
            await CreateAsync(program, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            logs.Of(program).Note(exception.Message, isError: true);
            Publish(program, current => current with { State = new ResourceStateSnapshot(KnownResourceStates.FailedToStart, "error") });
        }
    }

    private static UrlSnapshot Link(Endpoint endpoint)
    {
        var link = new ResourceUrlAnnotation { Url = endpoint.Url };
        endpoint.ChangeLink?.Invoke(link);
        return new UrlSnapshot(endpoint.Name, link.Url, link.DisplayLocation == UrlDisplayLocation.DetailsOnly);
    }

    private async Task WaitAsync(ProgramResource program, CancellationToken cancellationToken)
    {
        foreach (var dependency in program.Dependencies)
        {
            Publish(program, current => current with { State = new ResourceStateSnapshot(KnownResourceStates.Waiting, null) });
            logs.Of(program).Note($"Waiting for '{dependency.Name}' to be healthy.");
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(WaitDeadline);
            try
            {
                await notifications.WaitForResourceHealthyAsync(dependency.Name, deadline.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new DistributedApplicationException(
                    $"Gave up waiting for '{dependency.Name}' after {WaitDeadline.TotalMinutes} minutes: it is {notifications.Current(dependency)?.Describe() ?? "not started"}.");
            }
        }
    }

    private async Task CreateAsync(ProgramResource program, CancellationToken cancellationToken)
    {
        if (!File.Exists(program.ExecutablePath))
        {
            throw new DistributedApplicationException($"{program.ExecutablePath} does not exist. Build the solution first.");
        }

        var id = IdOf(program);
        var context = new EnvironmentCallbackContext();
        if (program is ProjectResource && model.Resources.OfType<DashboardResource>().SingleOrDefault() is { } dashboard)
        {
            dashboard.AddTelemetry(context.EnvironmentVariables, program.Name, id, configuration);
        }

        program.Environment.ForEach(callback => callback(context));
        var variables = AmbientVariables.Current().Select(variable => (variable.Key, Value: Literal(variable.Value), Shown: variable.Value, FromSpec: false)).ToList();
        foreach (var (name, value) in context.EnvironmentVariables)
        {
            var text = value is IValueProvider provider ? await provider.GetValueAsync(cancellationToken) ?? "" : value.ToString() ?? "";
            variables.Add((name, value is PortTemplate ? text : Literal(text), IsSecret(value) ? Mask : text, true));
        }

        Publish(program, current => current.With(new ResourcePropertySnapshot("executable.args", program.Args)) with
        {
            EnvironmentVariables = [.. variables.Select(variable => new EnvironmentVariableSnapshot(variable.Key, variable.Shown, variable.FromSpec))],
        });
        var spec = new
        {
            program.ExecutablePath,
            program.WorkingDirectory,
            Args = program.Args.Select(Literal),
            Env = variables.Select(variable => new { Name = variable.Key, variable.Value }),
            AmbientEnvironment = new { Behavior = "DoNotInherit" },
            ExecutionType = "Process",
        };
        var served = JsonSerializer.Serialize(program.Endpoints.Select(endpoint => new { serviceName = endpoint.Service, address = "127.0.0.1" }));
        await Client!.CreateAsync("Executable", id, spec, new Dictionary<string, string> { ["service-producer"] = served }, cancellationToken);
    }

    private static bool IsSecret(object value) =>
        value is ParameterResource { Secret: true } || (value is ReferenceExpression expression && expression.Parts.Any(IsSecret));

    /// <summary>DCP takes values for Go templates.</summary>
    private static string Literal(string value) => value.Replace("{{", "{{\"{{\"}}", StringComparison.Ordinal);

    private void Publish(ProgramResource program, Func<CustomResourceSnapshot, CustomResourceSnapshot> change) =>
        notifications.Publish(program, IdOf(program), current => change(current!));
}
