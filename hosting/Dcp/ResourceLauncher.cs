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
    public string IdOf(IResource resource) => resource is ParameterResource
        ? resource.Name
        : _ids.GetOrAdd(resource.Name, name => $"{name}-{RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz", 8)}");

    /// <summary>Shows the resource before it starts.</summary>
    public void Prepare(IResource resource)
    {
        var launch = resource.Annotations.OfType<LaunchAnnotation>().Single();
        notifications.Publish(resource, IdOf(resource), _ => new CustomResourceSnapshot
        {
            ResourceType = launch.ResourceType,
            CreationTimeStamp = DateTime.UtcNow,
            State = new ResourceStateSnapshot(KnownResourceStates.NotStarted, null),
            IsHidden = resource is DashboardResource,
            Urls = [.. Urls(resource)],
            HealthReports = [.. resource.Annotations.OfType<HttpHealthCheckAnnotation>().Select(check => new HealthReportSnapshot(check.Key, null, null, null))],
            Properties =
            [
                .. launch.ProjectPath is null ? (ResourcePropertySnapshot[])[] : [new("project.path", launch.ProjectPath)],
                new("executable.path", launch.ExecutablePath),
                new("executable.workDir", launch.WorkingDirectory),
            ],
        });
    }

    public async Task LaunchAsync(IResource resource, CancellationToken cancellationToken)
    {
        try
        {
            await WaitAsync(resource, cancellationToken);
            Publish(resource, current => current with
            {
                State = new ResourceStateSnapshot(KnownResourceStates.Starting, null),
                ExitCode = null,
                HealthReports = [.. current.HealthReports.Select(report => report with { Status = null, Description = null })],
            });
            await CreateAsync(resource, resource.Annotations.OfType<LaunchAnnotation>().Single(), cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            logs.Of(resource).Note(exception.Message, isError: true);
            Publish(resource, current => current with { State = new ResourceStateSnapshot(KnownResourceStates.FailedToStart, "error") });
        }
    }

    private static IEnumerable<UrlSnapshot> Urls(IResource resource)
    {
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
        {
            var address = $"{endpoint.UriScheme}://{endpoint.Allocated!.Value.Host}:{endpoint.Allocated.Value.Port}";
            var url = new ResourceUrlAnnotation { Url = address };
            foreach (var callback in resource.Annotations.OfType<EndpointUrlCallbackAnnotation>().Where(callback => callback.EndpointName == endpoint.Name))
            {
                callback.Callback(url);
            }

            var absolute = url.Url.StartsWith('/') ? address + url.Url : url.Url;
            yield return new UrlSnapshot(endpoint.Name, absolute, url.DisplayLocation == UrlDisplayLocation.DetailsOnly, url.DisplayText);
        }
    }

    private async Task WaitAsync(IResource resource, CancellationToken cancellationToken)
    {
        foreach (var dependency in resource.Annotations.OfType<WaitAnnotation>().Select(wait => wait.Dependency))
        {
            Publish(resource, current => current with { State = new ResourceStateSnapshot(KnownResourceStates.Waiting, null) });
            logs.Of(resource).Note($"Waiting for '{dependency.Name}' to be healthy.");
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

    private async Task CreateAsync(IResource resource, LaunchAnnotation launch, CancellationToken cancellationToken)
    {
        if (!File.Exists(launch.ExecutablePath))
        {
            throw new DistributedApplicationException($"{launch.ExecutablePath} does not exist. Build the solution first.");
        }

        var id = IdOf(resource);
        var context = new EnvironmentCallbackContext();
        if (resource is ProjectResource && model.Resources.OfType<DashboardResource>().SingleOrDefault() is { } dashboard)
        {
            dashboard.AddTelemetry(context.EnvironmentVariables, resource.Name, id, configuration);
        }

        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            annotation.Callback(context);
        }

        var arguments = new CommandLineArgsCallbackContext();
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>())
        {
            annotation.Callback(arguments);
        }

        var variables = AmbientVariables.Current().Select(variable => (variable.Key, Value: Literal(variable.Value), Shown: variable.Value, FromSpec: false)).ToList();
        var endpoints = resource.Annotations.OfType<EndpointAnnotation>().ToList();
        foreach (var (name, value) in context.EnvironmentVariables)
        {
            var text = await TextAsync(value, cancellationToken);
            variables.Add((name, value is PortTemplate ? text : Literal(text), IsSecret(value) ? Mask : text, true));
        }

        foreach (var endpoint in endpoints.Where(endpoint => endpoint.EnvironmentVariable is not null))
        {
            var template = PortTemplate.For(endpoint);
            variables.Add((endpoint.EnvironmentVariable!, template, template, true));
        }

        var args = new List<string>();
        foreach (var argument in arguments.Args)
        {
            args.Add(Literal(await TextAsync(argument, cancellationToken)));
        }

        Publish(resource, current => current with
        {
            EnvironmentVariables = [.. variables.Select(variable => new EnvironmentVariableSnapshot(variable.Key, variable.Shown, variable.FromSpec))],
            Properties = [.. current.Properties.Where(property => property.Name != "executable.args"), new ResourcePropertySnapshot("executable.args", args)],
        });
        await Client!.CreateAsync(
            "executables",
            DcpApi.Create<ExecutableSpec, ExecutableStatus>(
                "Executable",
                id,
                new ExecutableSpec(launch.ExecutablePath, launch.WorkingDirectory, args, [.. variables.Select(variable => new ExecutableVariable(variable.Key, variable.Value))], new AmbientEnvironment("DoNotInherit")),
                new Dictionary<string, string> { ["service-producer"] = JsonSerializer.Serialize(endpoints.Select(endpoint => new { serviceName = endpoint.Service, address = "127.0.0.1" })) }),
            cancellationToken);
    }

    private static async ValueTask<string> TextAsync(object value, CancellationToken cancellationToken) =>
        value is IValueProvider provider ? await provider.GetValueAsync(cancellationToken) ?? "" : value.ToString() ?? "";

    private static bool IsSecret(object value) =>
        value is ParameterResource { Secret: true } || (value is ReferenceExpression expression && expression.Parts.Any(IsSecret));

    /// <summary>DCP takes values for Go templates.</summary>
    private static string Literal(string value) => value.Replace("{{", "{{\"{{\"}}", StringComparison.Ordinal);

    private void Publish(IResource resource, Func<CustomResourceSnapshot, CustomResourceSnapshot> change) =>
        notifications.Publish(resource, IdOf(resource), current => change(current!));
}
