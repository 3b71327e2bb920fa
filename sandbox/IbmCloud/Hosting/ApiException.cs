namespace TempoCos.IbmCloud.Hosting;

/// <summary>A refusal of the control plane; each of its services has an envelope of its own for it.</summary>
public sealed class ApiException(int status, string code, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string Code { get; } = code;
}
