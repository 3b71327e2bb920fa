using Amazon.S3;

namespace TempoCos.CosProvisioner.ObjectStorage;

/// <summary>What a key was let do in one round of everything that Tempo does.</summary>
internal sealed class KeyTrial
{
    private static readonly string[] Order = ["write", "read", "list", "delete"];
    private readonly SortedSet<string> _allowed = new(Comparer<string>.Create((one, other) => Array.IndexOf(Order, one).CompareTo(Array.IndexOf(Order, other))));
    private readonly Dictionary<string, AmazonS3Exception> _denied = [];

    /// <summary>What went through, but wrongly; null when nothing did.</summary>
    public string? Fault { get; set; }

    public bool Works => Fault is null && _denied.Count == 0;

    /// <summary>The store knows the key, and does not let it do everything.</summary>
    public bool LacksRights => _denied.Count > 0 && _denied.Values.All(denied => denied.ErrorCode is not ("InvalidAccessKeyId" or "SignatureDoesNotMatch"));

    public string Denied => string.Join(", ", Order.Where(_denied.ContainsKey));

    public string Allowed => _allowed.Count == 0 ? "nothing" : string.Join(", ", _allowed);

    public static bool IsDenial(AmazonS3Exception exception) =>
        exception.ErrorCode is "InvalidAccessKeyId" or "AccessDenied" or "SignatureDoesNotMatch" or "Forbidden" && !StoreErrors.IsQuota(exception);

    public async Task<bool> AskAsync(string action, Func<Task> body)
    {
        try
        {
            await body();
            _allowed.Add(action);
            return true;
        }
        catch (AmazonS3Exception exception) when (IsDenial(exception))
        {
            _denied[action] = exception;
            return false;
        }
    }

    public string Describe() =>
        Fault ?? string.Join("; ", Order.Where(_denied.ContainsKey).Select(action => $"{action}: {_denied[action].ErrorCode}, {_denied[action].Message.TrimEnd('.')}"));
}
