using System.Text;
using Aspire.Hosting.Dashboard.Proto;
using Grpc.Core;

namespace Aspire.Hosting.Dashboard;

/// <summary>Tells the dashboard what there is, and does what its users ask for.</summary>
internal sealed class DashboardService(
    ResourceNotificationService notifications,
    ResourceLoggerService logs,
    DistributedApplicationModel model,
    ResourceCommands commands,
    IConfiguration configuration,
    IHostEnvironment environment) : Proto.DashboardService.DashboardServiceBase
{
    public override Task<ApplicationInformationResponse> GetApplicationInformation(ApplicationInformationRequest request, ServerCallContext context)
    {
        Authorize(context);
        return Task.FromResult(new ApplicationInformationResponse { ApplicationName = environment.ApplicationName.Replace(".AppHost", "", StringComparison.Ordinal) });
    }

    public override async Task WatchResources(WatchResourcesRequest request, IServerStreamWriter<WatchResourcesUpdate> responseStream, ServerCallContext context)
    {
        Authorize(context);
        await responseStream.WriteAsync(new WatchResourcesUpdate { InitialData = new InitialResourceData() });
        await foreach (var change in notifications.WatchAsync(context.CancellationToken))
        {
            var update = new WatchResourcesChange { Upsert = SnapshotMapper.Map(change) };
            await responseStream.WriteAsync(new WatchResourcesUpdate { Changes = new WatchResourcesChanges { Value = { update } } });
        }
    }

    public override async Task WatchResourceConsoleLogs(
        WatchResourceConsoleLogsRequest request, IServerStreamWriter<WatchResourceConsoleLogsUpdate> responseStream, ServerCallContext context)
    {
        Authorize(context);
        var resource = model.Resources.FirstOrDefault(resource => resource.Id == request.ResourceName)
            ?? throw new RpcException(new Status(StatusCode.NotFound, $"There is no resource '{request.ResourceName}'."));
        await foreach (var lines in (request.SuppressFollow ? logs.GetAllAsync(resource) : logs.WatchAsync(resource)).WithCancellation(context.CancellationToken))
        {
            var update = new WatchResourceConsoleLogsUpdate();
            update.LogLines.AddRange(lines.Select(line => new ConsoleLogLine { Text = line.Content, IsStdErr = line.IsErrorMessage, LineNumber = line.LineNumber }));
            await responseStream.WriteAsync(update);
        }
    }

    public override async Task<ResourceCommandResponse> ExecuteResourceCommand(ResourceCommandRequest request, ServerCallContext context)
    {
        Authorize(context);
        try
        {
            return new ResourceCommandResponse
            {
                Kind = ResourceCommandResponseKind.Succeeded,
                Message = await commands.ExecuteAsync(request.ResourceName, request.CommandName, context.CancellationToken),
            };
        }
        catch (Exception exception) when (exception is DistributedApplicationException or HttpRequestException or OperationCanceledException or TimeoutException)
        {
            return new ResourceCommandResponse { Kind = ResourceCommandResponseKind.Failed, Message = exception.Message };
        }
    }

    /// <summary>This AppHost asks its users nothing there.</summary>
    public override async Task WatchInteractions(
        IAsyncStreamReader<WatchInteractionsRequestUpdate> requestStream, IServerStreamWriter<WatchInteractionsResponseUpdate> responseStream, ServerCallContext context)
    {
        Authorize(context);
        while (await requestStream.MoveNext(context.CancellationToken))
        {
        }
    }

    private void Authorize(ServerCallContext context)
    {
        var given = context.RequestHeaders.GetValue("x-resource-service-api-key") ?? "";
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(configuration["AppHost:ResourceService:ApiKey"]!)))
        {
            throw new RpcException(new Status(StatusCode.Unauthenticated, "x-resource-service-api-key is missing or wrong."));
        }
    }
}
