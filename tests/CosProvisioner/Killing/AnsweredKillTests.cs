namespace TempoCos.CosProvisioner.Tests.Killing;

/// <summary>Killed when the answer has been dealt with and the next request is about to leave.</summary>
public sealed class AnsweredKillTests() : ProvisionKillTests(losesAnswer: false);
