namespace TempoCos.CosProvisioner.Tests;

/// <summary>What no code of the provisioner catches, as it would catch nothing when its process is killed.</summary>
internal sealed class ProcessDiedException : Exception;
