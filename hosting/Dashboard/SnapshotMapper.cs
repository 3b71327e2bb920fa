using Aspire.Hosting.Dashboard.Proto;
using Aspire.Hosting.Dcp;
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
            Name = change.ResourceId,
            Uid = change.ResourceId,
            DisplayName = resource.Name,
            ResourceType = snapshot.ResourceType,
            CreatedAt = Time(snapshot.CreationTimeStamp ?? DateTime.UtcNow),
            StartedAt = Time(snapshot.StartTimeStamp),
            StoppedAt = Time(snapshot.StopTimeStamp),
            IsHidden = snapshot.IsHidden,
            State = snapshot.State?.Text ?? "",
            StateStyle = snapshot.State?.Style ?? "",
        };
        message.Environment.AddRange(snapshot.EnvironmentVariables.Select(variable => new EnvironmentVariable { Name = variable.Name, Value = variable.Value ?? "", IsFromSpec = variable.IsFromSpec }));
        message.Properties.AddRange(snapshot.Properties.Select(property => new ResourceProperty { Name = property.Name, Value = Wrap(property.Value), IsHighlighted = property.Name == "Value" }));
        message.Urls.AddRange(snapshot.Urls.Select((url, order) => Map(url, order, snapshot)));
        message.HealthReports.AddRange(snapshot.HealthReports.Select(Map));
        if (resource is ProgramResource program)
        {
            message.Relationships.AddRange(program.References.Select(other => new ResourceRelationship { ResourceName = other.Name, Type = "Reference" }));
            message.Relationships.AddRange(program.Dependencies.Select(other => new ResourceRelationship { ResourceName = other.Name, Type = "WaitFor" }));
            message.Commands.AddRange(Commands(program, snapshot));
        }

        return message;
    }

    private static Url Map(UrlSnapshot url, int order, CustomResourceSnapshot snapshot) => new()
    {
        EndpointName = url.Name,
        FullUrl = url.Url,
        IsInternal = url.IsInternal,
        IsInactive = !snapshot.IsRunning,
        DisplayProperties = new UrlDisplayProperties { SortOrder = -order },
    };

    private static HealthReport Map(HealthReportSnapshot report)
    {
        var message = new HealthReport { Key = report.Name, Description = report.Description ?? "", Exception = report.ExceptionText ?? "" };
        if (report.Status is { } status)
        {
            message.Status = status == Health.Healthy ? HealthStatus.Healthy : HealthStatus.Unhealthy;
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

    private static Timestamp? Time(DateTime? time) => time is { } known ? Timestamp.FromDateTime(DateTime.SpecifyKind(known, DateTimeKind.Utc)) : null;

    private static Value Wrap(object? value) => value switch
    {
        null => Value.ForNull(),
        int number => Value.ForNumber(number),
        IEnumerable<string> list => Value.ForList([.. list.Select(Value.ForString)]),
        _ => Value.ForString(value.ToString()),
    };
}
