using TempoCos.Contracts;

namespace TempoCos.Pipeline.Runs;

/// <summary>What the dashboard's commands and the AppHost's shutdown ask for, over plain HTTP.</summary>
internal static class RunEndpoints
{
    public static void MapRunEndpoints(this WebApplication app, Func<RunRequest> scenario)
    {
        app.MapPost("/runs", (RunCoordinator coordinator) => Results.Accepted(value: new { run = coordinator.StartRun(scenario()).Id }));
        app.MapPost("/teardown", (RunCoordinator coordinator) => Results.Accepted(value: new { run = coordinator.StartDestroy([]).Id }));
        app.MapPost("/cancel", (RunCoordinator coordinator) => Results.Ok(new { runs = coordinator.Interrupt("") }));
        app.MapGet("/idle", (RunCoordinator coordinator) => coordinator.IsIdle ? Results.Ok() : Results.StatusCode(StatusCodes.Status503ServiceUnavailable));
    }
}
