namespace TempoCos.CosProvisioner.Steps;

/// <param name="IsOurs">False for what somebody else made and we only use.</param>
/// <param name="WasThere">True when it did not have to be made.</param>
internal sealed record Ensured<T>(T Resource, bool IsOurs, bool WasThere)
{
    public string Describe(string what) =>
        !WasThere ? $"Made {what}" : IsOurs ? $"Found {what} of this run" : $"Found {what}, which is not ours and will stay";
}
