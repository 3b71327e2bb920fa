namespace TempoCos.CosProvisioner.ResourceController;

/// <param name="Source">CRN of the service instance.</param>
internal sealed record NewResourceKey(string Name, string Source, string Role, NewResourceKeyParameters Parameters);
