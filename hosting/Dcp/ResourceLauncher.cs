namespace Aspire.Hosting.Dcp;

/// <summary>Starts the process of a resource when those that it waits for are healthy.</summary>
internal sealed class ResourceLauncher(
    DistributedApplicationModel model, ResourceNotificationService notifications, ResourceLoggerService logs, IConfiguration configuration)
{
    public const string Mask = "••••••••";
    private static readonly TimeSpan WaitDeadline = TimeSpan.FromMinutes(3);

    public DcpClient? Client { get; set; }

    public void Prepare(ProgramResource program) => notifications.Publish(program, _ => new CustomResourceSnapshot
    {
        State = new ResourceStateSnapshot(KnownResourceStates.NotStarted),
        HealthReport = NotAsked(program),
        Properties =
        [
            .. program is ProjectResource project ? (ResourcePropertySnapshot[])[new("project.path", project.ProjectPath)] : [],
            new("executable.path", program.ExecutablePath),
            new("executable.workDir", program.WorkingDirectory),
        ],
    });

    public async Task LaunchAsync(ProgramResource program, CancellationToken cancellationToken)
    {
        try
        {
            await WaitAsync(program, cancellationToken);
            Publish(program, current => current with { State = new ResourceStateSnapshot(KnownResourceStates.Starting), ExitCode = null, HealthReport = NotAsked(program) });
            await CreateAsync(program, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            logs.Of(program).Note(exception.Message, isError: true);
            Publish(program, current => current with { State = new ResourceStateSnapshot(KnownResourceStates.FailedToStart) });
        }
    }

    private static HealthReportSnapshot? NotAsked(ProgramResource program) =>
        program.HealthCheck is null ? null : new HealthReportSnapshot(null, null, null);

    private async Task WaitAsync(ProgramResource program, CancellationToken cancellationToken)
    {
        foreach (var dependency in program.Dependencies)
        {
            Publish(program, current => current with { State = new ResourceStateSnapshot(KnownResourceStates.Waiting) });
            logs.Of(program).Note($"Waiting for '{dependency.Name}' to be healthy.");
            try
            {
                await notifications.WaitForResourceHealthyAsync(dependency.Name, cancellationToken).WaitAsync(WaitDeadline, cancellationToken);
            }
            catch (TimeoutException)
            {
                var now = await notifications.WaitForResourceAsync(dependency.Name, _ => true, cancellationToken);
                throw new DistributedApplicationException($"Gave up waiting for '{dependency.Name}' after {WaitDeadline.TotalMinutes} minutes: it is {now.Snapshot.Describe()}.");
            }
        }
    }

    private async Task CreateAsync(ProgramResource program, CancellationToken cancellationToken)
    {
        if (!File.Exists(program.ExecutablePath))
        {
            throw new DistributedApplicationException($"{program.ExecutablePath} does not exist. Build the solution first.");
        }

        var context = new EnvironmentCallbackContext();
        if (program is ProjectResource && model.Resources.OfType<DashboardResource>().SingleOrDefault() is { } dashboard)
        {
            dashboard.AddTelemetry(context.EnvironmentVariables, program, configuration);
        }

        program.Environment.ForEach(callback => callback(context));
        var variables = AmbientVariables.Current().Select(variable => (variable.Key, Value: Literal(variable.Value), Shown: variable.Value, FromSpec: false)).ToList();
        foreach (var (name, value) in context.EnvironmentVariables)
        {
            var text = value is IValueProvider provider ? provider.Value : value.ToString()!;
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
        await Client!.CreateAsync("Executable", program.Id, spec, new Dictionary<string, string> { ["service-producer"] = served }, cancellationToken);
    }

    private static bool IsSecret(object value) =>
        value is ParameterResource { Secret: true } || (value is ReferenceExpression expression && expression.Parts.Any(IsSecret));

    /// <summary>DCP takes values for Go templates.</summary>
    private static string Literal(string value) => value.Replace("{{", "{{\"{{\"}}", StringComparison.Ordinal);

    private void Publish(ProgramResource program, Func<CustomResourceSnapshot, CustomResourceSnapshot> change) =>
        notifications.Publish(program, current => change(current!));
}
