namespace TempoCos.CosProvisioner.Tests.Killing;

/// <summary>Killed when the request was carried out and its answer is still on the way.</summary>
public sealed class LostAnswerKillTests() : ProvisionKillTests(losesAnswer: true);
