namespace TempoCos.CosProvisioner.ResourceController;

internal sealed record ReclaimRequest(string RequestBy, string Comment);
