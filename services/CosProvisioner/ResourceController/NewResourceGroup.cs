namespace TempoCos.CosProvisioner.ResourceController;

internal sealed record NewResourceGroup(string Name, string AccountId);
