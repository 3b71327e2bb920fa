using TempoCos.Contracts;

namespace TempoCos.Pipeline.Blocks;

/// <summary>A directory, or a bucket with a prefix ("" for none).</summary>
internal sealed record BlockLocation(string? Directory, string Bucket, string Prefix)
{
    private const string S3 = "s3://";

    public static BlockLocation Parse(string text)
    {
        if (text.StartsWith(S3, StringComparison.OrdinalIgnoreCase))
        {
            var path = text[S3.Length..];
            var slash = path.IndexOf('/', StringComparison.Ordinal);
            var (bucket, prefix) = slash < 0 ? (path, "") : (path[..slash], path[(slash + 1)..].Trim('/'));
            return bucket.Length > 0 && !bucket.AsSpan().ContainsAny("@?#: ")
                ? new BlockLocation(null, bucket, prefix)
                : throw Invalid(text, "the location names no bucket", "Write s3://BUCKET or s3://BUCKET/PREFIX; give the endpoint with --s3-endpoint.");
        }

        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        return scheme > 0
            ? throw Invalid(text, $"blocks cannot be read from {text[..scheme]}", "Name a directory or s3://BUCKET/PREFIX; for other stores use their S3 interface with --s3-endpoint.")
            : text.Length == 0
                ? throw Invalid(text, "the location is empty", "Name a directory or s3://BUCKET/PREFIX.")
                : new BlockLocation(Path.GetFullPath(text), "", "");
    }

    /// <summary>Whether a word can only be meant as a location.</summary>
    public static bool IsMeant(string word) =>
        word.Contains("://", StringComparison.Ordinal) || word.Contains('/', StringComparison.Ordinal) || word.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal)
        || word is "." or ".." || System.IO.Directory.Exists(word);

    public override string ToString() => Directory ?? (Prefix.Length == 0 ? $"{S3}{Bucket}" : $"{S3}{Bucket}/{Prefix}");

    private static DiagnosticException Invalid(string text, string reason, string fix) => new("TC241", text, reason, fix);
}
