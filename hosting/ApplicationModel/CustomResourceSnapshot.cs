using System.Collections.Immutable;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A resource at one moment.</summary>
public sealed record CustomResourceSnapshot
{
    /// <summary><c>Project</c>, <c>Parameter</c>, <c>Executable</c>.</summary>
    public required string ResourceType { get; init; }

    public ResourceStateSnapshot? State { get; init; }

    public int? ExitCode { get; init; }

    public DateTime? CreationTimeStamp { get; init; }

    public DateTime? StartTimeStamp { get; init; }

    public DateTime? StopTimeStamp { get; init; }

    public bool IsHidden { get; init; }

    public ImmutableArray<HealthReportSnapshot> HealthReports { get; init; } = [];

    public ImmutableArray<UrlSnapshot> Urls { get; init; } = [];

    public ImmutableArray<ResourcePropertySnapshot> Properties { get; init; } = [];

    public ImmutableArray<EnvironmentVariableSnapshot> EnvironmentVariables { get; init; } = [];

    /// <summary>The worst answer; null when the resource does not run or a check has not answered yet; healthy without checks.</summary>
    public HealthStatus? HealthStatus => !IsRunning || HealthReports.Any(report => report.Status is null)
        ? null
        : HealthReports.Select(report => report.Status!.Value).DefaultIfEmpty(Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy).Min();

    internal bool IsRunning => State?.Text == KnownResourceStates.Running;

    internal bool IsTerminal => State is { } state && KnownResourceStates.TerminalStates.Contains(state.Text);

    internal string Describe()
    {
        var unhealthy = HealthReports.FirstOrDefault(report => report.Status is not Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy);
        return $"{State?.Text ?? "not started"}{(ExitCode is { } code ? $" with exit code {code}" : "")}{(IsRunning && unhealthy is not null ? $", {unhealthy.Description ?? "not yet asked for its health"}" : "")}";
    }

    internal CustomResourceSnapshot With(ResourcePropertySnapshot changed) =>
        this with { Properties = [.. Properties.Where(property => property.Name != changed.Name), changed] };
}
