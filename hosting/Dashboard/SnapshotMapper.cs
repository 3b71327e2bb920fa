using Aspire.Hosting.Dashboard.Proto;
using Google.Protobuf.WellKnownTypes;
using Health = Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus;

namespace Aspire.Hosting.Dashboard;

/// <summary>A resource as the dashboard takes it. Leave out <c>created_at</c> or a URL's display properties, and its page loads for ever.</summary>
internal static class SnapshotMapper
{
    public static Proto.Resource Map(ResourceEvent change)
    {
        var (resource, snapshot) = (change.Resource, change.Snapshot);
        var message = new Proto.Resource
        {
            Name = resource.Id,
            Uid = resource.Id,
            DisplayName = resource.Name,
            ResourceType = resource switch { ProjectResource => "Project", ParameterResource => "Parameter", _ => "Executable" },
            CreatedAt = snapshot.CreationTimeStamp.ToTimestamp(),
            StartedAt = snapshot.StartTimeStamp?.ToTimestamp(),
            StoppedAt = snapshot.StopTimeStamp?.ToTimestamp(),
            IsHidden = resource is DashboardResource,
            State = snapshot.State?.Text ?? "",
            StateStyle = Style(snapshot),
        };
        message.Environment.AddRange(snapshot.EnvironmentVariables.Select(variable => new EnvironmentVariable { Name = variable.Name, Value = variable.Value ?? "", IsFromSpec = variable.IsFromSpec }));
        message.Properties.AddRange(snapshot.Properties.Select(property => new ResourceProperty { Name = property.Name, Value = Wrap(property.Value), IsHighlighted = property.Name == "Value" }));
        if (resource is ProgramResource program)
        {
            message.Urls.AddRange(program.Endpoints.Select((endpoint, order) => Map(endpoint, order, snapshot)));
            message.Relationships.AddRange(program.References.Select(other => new ResourceRelationship { ResourceName = other.Name, Type = "Reference" }));
            message.Relationships.AddRange(program.Dependencies.Select(other => new ResourceRelationship { ResourceName = other.Name, Type = "WaitFor" }));
            message.Commands.AddRange(Commands(program, snapshot));
            if (program.HealthCheck is { } check && snapshot.HealthReport is { } report)
            {
                message.HealthReports.Add(Map(check.Key, report));
            }
        }

        return message;
    }

    private static string Style(CustomResourceSnapshot snapshot) => snapshot.State?.Text switch
    {
        KnownResourceStates.Running => "success",
        KnownResourceStates.FailedToStart => "error",
        _ => snapshot.ExitCode > 0 ? "error" : "info",
    };

    private static Url Map(Endpoint endpoint, int order, CustomResourceSnapshot snapshot)
    {
        var link = new ResourceUrlAnnotation { Url = endpoint.Url };
        endpoint.ChangeLink?.Invoke(link);
        return new Url
        {
            EndpointName = endpoint.Name,
            FullUrl = link.Url,
            IsInternal = link.DisplayLocation == UrlDisplayLocation.DetailsOnly,
            IsInactive = !snapshot.IsRunning,
            DisplayProperties = new UrlDisplayProperties { SortOrder = -order },
        };
    }

    private static Proto.HealthReport Map(string check, HealthReportSnapshot report)
    {
        var message = new Proto.HealthReport { Key = check, Description = report.Description ?? "", Exception = report.ExceptionText ?? "" };
        if (report.Status is { } status)
        {
            message.Status = status == Health.Healthy ? Proto.HealthStatus.Healthy : Proto.HealthStatus.Unhealthy;
        }

        return message;
    }

    private static IEnumerable<ResourceCommand> Commands(ProgramResource program, CustomResourceSnapshot snapshot)
    {
        foreach (var command in program.Commands)
        {
            var message = new ResourceCommand
            {
                Name = command.Name,
                DisplayName = command.DisplayName,
                IsHighlighted = command.Options.IsHighlighted,
                State = snapshot.HealthStatus == Health.Healthy ? ResourceCommandState.Enabled : ResourceCommandState.Disabled,
                IconName = command.Options.IconName ?? "Send",
                DisplayDescription = command.Options.Description ?? "",
            };
            if (command.Options.ConfirmationMessage is { } question)
            {
                message.ConfirmationMessage = question;
            }

            yield return message;
        }

        yield return BuiltIn(ResourceCommands.Start, "Start", "Play", snapshot.IsTerminal ? ResourceCommandState.Enabled : ResourceCommandState.Hidden);
        yield return BuiltIn(ResourceCommands.Stop, "Stop", "Stop", snapshot.IsTerminal ? ResourceCommandState.Hidden : snapshot.IsRunning ? ResourceCommandState.Enabled : ResourceCommandState.Disabled);
        yield return BuiltIn(ResourceCommands.Restart, "Restart", "ArrowCounterclockwise", snapshot.IsRunning ? ResourceCommandState.Enabled : ResourceCommandState.Disabled);
    }

    private static ResourceCommand BuiltIn(string name, string displayName, string icon, ResourceCommandState state) =>
        new() { Name = name, DisplayName = displayName, IconName = icon, State = state, IsHighlighted = name != ResourceCommands.Restart };

    private static Value Wrap(object? value) => value switch
    {
        null => Value.ForNull(),
        int number => Value.ForNumber(number),
        IEnumerable<string> list => Value.ForList([.. list.Select(Value.ForString)]),
        _ => Value.ForString(value.ToString()),
    };
}
