using System.Collections.Immutable;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A resource at one moment.</summary>
public sealed record CustomResourceSnapshot
{
    /// <summary><c>Project</c>, <c>Parameter</c>, <c>Executable</c>.</summary>
    public required string ResourceType { get; init; }

    /// <summary>One of <see cref="KnownResourceStates"/>.</summary>
    public ResourceStateSnapshot? State { get; init; }

    /// <summary>Of the process, when it has ended.</summary>
    public int? ExitCode { get; init; }

    /// <summary>When the resource was made.</summary>
    public DateTime? CreationTimeStamp { get; init; }

    /// <summary>When its process started.</summary>
    public DateTime? StartTimeStamp { get; init; }

    /// <summary>When its process ended.</summary>
    public DateTime? StopTimeStamp { get; init; }

    /// <summary>Whether the dashboard leaves it out.</summary>
    public bool IsHidden { get; init; }

    /// <summary>Answers of its health checks.</summary>
    public ImmutableArray<HealthReportSnapshot> HealthReports { get; init; } = [];

    /// <summary>Its links.</summary>
    public ImmutableArray<UrlSnapshot> Urls { get; init; } = [];

    /// <summary>What else the dashboard shows.</summary>
    public ImmutableArray<ResourcePropertySnapshot> Properties { get; init; } = [];

    /// <summary>Its environment.</summary>
    public ImmutableArray<EnvironmentVariableSnapshot> EnvironmentVariables { get; init; } = [];

    /// <summary>The worst answer; null when the resource does not run or a check has not answered yet; healthy without checks.</summary>
    public HealthStatus? HealthStatus => State?.Text != KnownResourceStates.Running || HealthReports.Any(report => report.Status is null)
        ? null
        : HealthReports.Select(report => report.Status!.Value).DefaultIfEmpty(Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy).Min();

    internal bool IsTerminal => State is { } state && KnownResourceStates.TerminalStates.Contains(state.Text);

    internal string Describe()
    {
        var unhealthy = HealthReports.FirstOrDefault(report => report.Status is not Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy);
        return $"{State?.Text ?? "not started"}{(ExitCode is { } code ? $" with exit code {code}" : "")}{(State?.Text == KnownResourceStates.Running && unhealthy is not null ? $", {unhealthy.Description ?? "not yet asked for its health"}" : "")}";
    }
}
