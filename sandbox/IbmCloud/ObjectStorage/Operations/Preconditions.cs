using System.Globalization;
using TempoCos.IbmCloud.ObjectStorage.Requests;
using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>If-Match and its relatives.</summary>
public static class Preconditions
{
    /// <summary>For reads. True: answer 304. Throws what must be 412.</summary>
    public static bool IsNotModified(S3Call call, ObjectInfo info)
    {
        if (call.Header("If-Match") is { } match)
        {
            if (!Matches(match, info.ETag))
            {
                throw S3Errors.PreconditionFailed();
            }
        }
        else if (Date(call.Header("If-Unmodified-Since")) is { } unmodified && Seconds(info.LastModified) > unmodified)
        {
            throw S3Errors.PreconditionFailed();
        }

        return call.Header("If-None-Match") is { } noneMatch
            ? Matches(noneMatch, info.ETag)
            : Date(call.Header("If-Modified-Since")) is { } modified && Seconds(info.LastModified) <= modified;
    }

    /// <summary>For writes, against what is there now; null when the request has no condition.</summary>
    public static Action<IndexEntry?>? OfWrite(S3Call call)
    {
        var match = call.Header("If-Match");
        var noneMatch = call.Header("If-None-Match");
        if (match is null && noneMatch is null)
        {
            return null;
        }

        return current =>
        {
            if (match is not null && current is null)
            {
                throw S3Errors.NoSuchKey();
            }

            if ((match is not null && !Matches(match, current!.ETag)) || (noneMatch is not null && current is not null && Matches(noneMatch, current.ETag)))
            {
                throw S3Errors.PreconditionFailed();
            }
        };
    }

    /// <summary>For deletions; null when the request has no condition. What is missing needs no deletion, so that no condition on it fails.</summary>
    public static Action<IndexEntry?>? OfDelete(S3Call call)
    {
        var size = call.Header("x-amz-if-match-size");
        return OfDelete(call.Header("If-Match"), call.Header("x-amz-if-match-last-modified-time"), size);
    }

    public static Action<IndexEntry?>? OfDelete(string? match, string? lastModified, string? size)
    {
        if (match is null && lastModified is null && size is null)
        {
            return null;
        }

        return current =>
        {
            if (current is not null
                && ((match is not null && !Matches(match, current.ETag))
                    || (lastModified is not null && Date(lastModified) != Seconds(current.LastModified))
                    || (size is not null && size.Trim() != current.Size.ToString(CultureInfo.InvariantCulture))))
            {
                throw S3Errors.PreconditionFailed();
            }
        };
    }

    /// <summary>For the source of a copy: every failed condition is 412.</summary>
    public static void RequireOfSource(S3Call call, ObjectInfo info)
    {
        if ((call.Header("x-amz-copy-source-if-match") is { } match && !Matches(match, info.ETag))
            || (call.Header("x-amz-copy-source-if-none-match") is { } noneMatch && Matches(noneMatch, info.ETag))
            || (Date(call.Header("x-amz-copy-source-if-unmodified-since")) is { } unmodified && Seconds(info.LastModified) > unmodified)
            || (Date(call.Header("x-amz-copy-source-if-modified-since")) is { } modified && Seconds(info.LastModified) <= modified))
        {
            throw S3Errors.PreconditionFailed();
        }
    }

    private static bool Matches(string header, string etag) =>
        header.Split(',', StringSplitOptions.TrimEntries).Any(one => one == "*" || one.Trim('"') == etag);

    private static DateTimeOffset? Date(string? header) =>
        DateTimeOffset.TryParse(header, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;

    private static DateTimeOffset Seconds(DateTimeOffset time) => new(time.Ticks - (time.Ticks % TimeSpan.TicksPerSecond), time.Offset);
}
