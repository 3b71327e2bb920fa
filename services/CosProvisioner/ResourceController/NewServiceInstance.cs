namespace TempoCos.CosProvisioner.ResourceController;

/// <param name="Target">Location; <c>global</c> for object storage.</param>
/// <param name="ResourceGroup">Id.</param>
/// <param name="ResourcePlanId">Id.</param>
internal sealed record NewServiceInstance(string Name, string Target, string ResourceGroup, string ResourcePlanId, IReadOnlyList<string> Tags);
