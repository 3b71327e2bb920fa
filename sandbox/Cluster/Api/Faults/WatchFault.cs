namespace TempoCos.Cluster.Api.Faults;

/// <summary>How a watch ends before its time; put among the request's features.</summary>
public sealed record WatchFault(int AfterEvents, bool Expired);
