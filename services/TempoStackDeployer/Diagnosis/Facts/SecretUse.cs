namespace TempoCos.TempoStackDeployer.Diagnosis.Facts;

/// <param name="Pod">Its name.</param>
/// <param name="Started">When the container that runs now was started: it has the Secret as it was then.</param>
/// <param name="HasOtherKey">The pod's specification holds a key itself, and it is another one.</param>
internal sealed record SecretUse(string Pod, DateTimeOffset? Started, bool HasOtherKey);
