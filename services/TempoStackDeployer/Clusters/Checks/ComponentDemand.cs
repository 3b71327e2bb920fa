namespace TempoCos.TempoStackDeployer.Clusters.Checks;

/// <summary>What the pods of a component ask of the cluster.</summary>
/// <param name="Component">Its name.</param>
/// <param name="Pods">How many.</param>
/// <param name="LimitCpu">Cores that one of them may use; null: no limit.</param>
/// <param name="LimitMemory">Bytes that one of them may use; null: no limit.</param>
/// <param name="RequestCpu">Cores that are kept for one of them; null: none.</param>
/// <param name="RequestMemory">Bytes that are kept for one of them; null: none.</param>
/// <param name="Containers">Containers of a pod, which share what it gets evenly.</param>
internal sealed record ComponentDemand(string Component, int Pods, decimal? LimitCpu, decimal? LimitMemory, decimal? RequestCpu, decimal? RequestMemory, int Containers = 1);
