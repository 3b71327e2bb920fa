namespace TempoCos.IbmCloud;

/// <summary>An HMAC credential that exists from the start.</summary>
public sealed record HmacSeed(string AccessKeyId, string SecretAccessKey)
{
    /// <summary>Reads <c>ACCESS:SECRET</c>; null when it is not of that form.</summary>
    public static HmacSeed? Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && colon < text.Length - 1 ? new HmacSeed(text[..colon], text[(colon + 1)..]) : null;
    }

    // A record's ToString would print the secret.
    public override string ToString() => AccessKeyId;
}
