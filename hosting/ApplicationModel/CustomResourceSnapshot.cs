using System.Collections.Immutable;
using Health = Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus;

namespace Aspire.Hosting.ApplicationModel;

public sealed record CustomResourceSnapshot
{
    public ResourceStateSnapshot? State { get; init; }
    public int? ExitCode { get; init; }
    public DateTime CreationTimeStamp { get; } = DateTime.UtcNow;
    public DateTime? StartTimeStamp { get; init; }
    public DateTime? StopTimeStamp { get; init; }

    /// <summary>Null without a health check.</summary>
    public HealthReportSnapshot? HealthReport { get; init; }

    public ImmutableArray<ResourcePropertySnapshot> Properties { get; init; } = [];
    public ImmutableArray<EnvironmentVariableSnapshot> EnvironmentVariables { get; init; } = [];

    /// <summary>Null when the resource does not run or its check has not answered yet; healthy without a check.</summary>
    public Health? HealthStatus => !IsRunning ? null : HealthReport is { } report ? report.Status : Health.Healthy;

    internal bool IsRunning => State?.Text == KnownResourceStates.Running;

    internal bool IsTerminal => State is { } state && KnownResourceStates.TerminalStates.Contains(state.Text);

    internal string Describe() =>
        $"{State?.Text ?? "not started"}{(ExitCode is { } code ? $" with exit code {code}" : "")}{(IsRunning && HealthStatus != Health.Healthy ? $", {HealthReport!.Description ?? "not yet asked for its health"}" : "")}";

    internal CustomResourceSnapshot With(ResourcePropertySnapshot changed) =>
        this with { Properties = [.. Properties.Where(property => property.Name != changed.Name), changed] };
}
