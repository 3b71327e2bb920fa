using TempoCos.Cluster.Access;

namespace TempoCos.Cluster.Api.Resources;

/// <summary>
/// Who writes, which part, and whether for real. Without a manager (the cluster's own controllers) fields are not tracked;
/// without a user (the cluster itself) nothing is asked of admission.
/// </summary>
public sealed record WriteOptions(string? Manager = null, bool DryRun = false, bool Status = false, UserInfo? User = null)
{
    /// <summary>What is done about unknown fields: Strict, Warn or Ignore.</summary>
    public string FieldValidation { get; init; } = "Warn";

    /// <summary>Whether the writer sends what is to change, not what is to be.</summary>
    public bool IsPatch { get; init; }

    /// <summary>Tells the client something without refusing.</summary>
    public Action<string>? Warn { get; init; }

    public static WriteOptions Main { get; } = new();

    public static WriteOptions OfStatus { get; } = new(Status: true);
}
