namespace TempoCos.IbmCloud.ResourceController;

/// <summary>What was last done to an instance.</summary>
public sealed record LastOperation(
    string Type,
    string State,
    string? SubType,
    bool Async,
    string Description,
    string? ReasonCode = null,
    int? PollAfter = null,
    bool Cancelable = false,
    bool Poll = false)
{
    public const string Succeeded = "succeeded";
    public const string InProgress = "in progress";
    public const string Failed = "failed";

    /// <summary>An operation that was over when it was answered.</summary>
    public static LastOperation Done(string type, string description, string? subType = null) => new(type, Succeeded, subType, false, $"Completed {description} operation");
}
