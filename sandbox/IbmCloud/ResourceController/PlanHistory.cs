namespace TempoCos.IbmCloud.ResourceController;

/// <summary>Since when an instance has been on a plan.</summary>
public sealed record PlanHistory(string ResourcePlanId, DateTimeOffset StartDate, string RequestorId);
