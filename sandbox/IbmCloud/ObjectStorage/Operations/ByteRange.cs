using System.Globalization;
using TempoCos.IbmCloud.ObjectStorage.Requests;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>One range of bytes of an object.</summary>
public readonly record struct ByteRange(long Offset, long Length)
{
    private const string Unit = "bytes=";

    /// <summary>Reads a Range header; null when there is none, or it is one to ignore. Throws when it lies outside.</summary>
    public static ByteRange? Parse(string? header, long size)
    {
        if (header is null || !header.StartsWith(Unit, StringComparison.Ordinal) || header.Contains(',', StringComparison.Ordinal))
        {
            return null;
        }

        var dash = header.IndexOf('-', Unit.Length);
        if (dash < 0)
        {
            return null;
        }

        var hasFirst = Number(header[Unit.Length..dash], out var first);
        var hasLast = Number(header[(dash + 1)..], out var last);
        if (!hasFirst)
        {
            // The last so many bytes.
            return !hasLast ? null
                : last == 0 || size == 0 ? throw S3Errors.InvalidRange()
                : new ByteRange(Math.Max(0, size - last), Math.Min(last, size));
        }

        if (header.Length > dash + 1 && (!hasLast || last < first))
        {
            return null;
        }

        return first >= size ? throw S3Errors.InvalidRange() : new ByteRange(first, (hasLast ? Math.Min(last, size - 1) : size - 1) - first + 1);
    }

    /// <summary>Reads the range of a copy, which must be whole and inside.</summary>
    public static ByteRange ParseOfCopy(string header, long size)
    {
        var dash = header.IndexOf('-', StringComparison.Ordinal);
        if (!header.StartsWith(Unit, StringComparison.Ordinal) || dash < Unit.Length
            || !Number(header[Unit.Length..dash], out var first) || !Number(header[(dash + 1)..], out var last) || last < first)
        {
            throw S3Errors.InvalidArgument("The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy");
        }

        return last < size ? new ByteRange(first, last - first + 1)
            : throw new S3Exception(416, "InvalidRange", $"Range specified is not valid for source object of size: {size}");
    }

    private static bool Number(string text, out long value) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
