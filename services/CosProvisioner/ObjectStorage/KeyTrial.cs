using Amazon.S3;

namespace TempoCos.CosProvisioner.ObjectStorage;

/// <summary>What a key was let do in one round of everything that Tempo does.</summary>
internal sealed class KeyTrial
{
    private readonly List<string> _allowed = [];
    private readonly List<(string Action, string Code, string Text)> _denied = [];

    /// <summary>What went through, but wrongly; null when nothing did.</summary>
    public string? Fault { get; set; }

    public bool Works => Fault is null && _denied.Count == 0;

    /// <summary>The store knows the key, and lets it do some things and others not.</summary>
    public bool IsPartial => _allowed.Count > 0 && _denied.Count > 0 && _denied.TrueForAll(denied => denied.Code == "AccessDenied");

    /// <summary>The store does not know the key, or not the secret that was given with it.</summary>
    public bool IsUnknownKey => _denied.Exists(denied => denied.Code is "InvalidAccessKeyId" or "SignatureDoesNotMatch");

    public string Denied => string.Join(", ", _denied.Select(denied => denied.Action));

    public string Allowed => _allowed.Count == 0 ? "nothing" : string.Join(", ", _allowed);

    public static bool IsDenial(AmazonS3Exception exception) =>
        exception.ErrorCode is "InvalidAccessKeyId" or "AccessDenied" or "SignatureDoesNotMatch" or "Forbidden" && !StoreErrors.IsQuota(exception);

    public async Task AskAsync(string action, Func<Task> body)
    {
        try
        {
            await body();
            _allowed.Add(action);
        }
        catch (AmazonS3Exception exception) when (IsDenial(exception))
        {
            _denied.Add((action, exception.ErrorCode == "Forbidden" ? "AccessDenied" : exception.ErrorCode, exception.Message.TrimEnd('.')));
        }
    }

    public string Describe() => Fault ?? string.Join("; ", _denied.Select(denied => $"{denied.Action}: {denied.Code}, {denied.Text}"));
}
