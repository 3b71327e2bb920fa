namespace TempoCos.IbmCloud.Hosting;

/// <summary>A refusal of the control plane; each of its services has an envelope of its own for it.</summary>
public sealed class ApiException(int status, string code, string message, string? details = null) : Exception(message)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    /// <summary>More, for envelopes that have room for it.</summary>
    public string? Details { get; } = details;
}
