using System.Globalization;
using TempoCos.IbmCloud.ObjectStorage.Requests;
using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>The part of an object that <c>partNumber</c> asks for.</summary>
/// <param name="Range">Where it is.</param>
/// <param name="Count">Parts that the object was made of; null when it came in one piece.</param>
/// <param name="Checksum">The part's checksum, when it is known.</param>
public sealed record PartRange(ByteRange Range, int? Count, string? Checksum)
{
    /// <summary>Null when the request asks for none.</summary>
    public static PartRange? Of(S3Call call, ObjectInfo info)
    {
        if (call.Query["partNumber"] is not { } text)
        {
            return null;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > MultipartOperations.MostParts)
        {
            throw S3Errors.InvalidArgument("Part number must be an integer between 1 and 10000, inclusive");
        }

        if (call.Header("Range") is not null)
        {
            throw S3Errors.InvalidRequest("Cannot specify both Range header and partNumber query parameter");
        }

        if (info.Parts is not { } parts)
        {
            return number == 1 ? new PartRange(new ByteRange(0, info.Size), null, info.ChecksumValue) : throw S3Errors.InvalidPartNumber();
        }

        long offset = 0;
        foreach (var part in parts)
        {
            if (part.Number == number)
            {
                return new PartRange(new ByteRange(offset, part.Size), parts.Count, part.Checksum);
            }

            offset += part.Size;
        }

        throw S3Errors.InvalidPartNumber();
    }
}
