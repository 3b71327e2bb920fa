using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using TempoCos.IbmCloud.ObjectStorage.Checksums;
using TempoCos.IbmCloud.ObjectStorage.Payloads;
using TempoCos.IbmCloud.ObjectStorage.Requests;

namespace TempoCos.IbmCloud.ObjectStorage.Storage;

/// <summary>An object's bytes in a temporary file, digested while they came. It vanishes unless it is made an object.</summary>
public sealed class Draft : IDisposable
{
    private const int BufferSize = 128 * 1024;
    private readonly SafeFileHandle _handle;
    private readonly string _path;
    private bool _moved;

    private Draft(SafeFileHandle handle, string path)
    {
        _handle = handle;
        _path = path;
    }

    public long Size { get; private set; }

    /// <summary>In lower-case hex.</summary>
    public string Md5 { get; private set; } = "";

    public ChecksumAlgorithm Checksum { get; private set; }

    public string ChecksumValue { get; private set; } = "";

    /// <summary>Receives all of a payload, and checks the digests that were claimed for it.</summary>
    public static async Task<Draft> ReceiveAsync(string folder, PayloadReader payload, DigestClaim claim, CancellationToken cancellationToken)
    {
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        using var checksum = new RunningChecksum(claim.Algorithm);
        var draft = Create(folder);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var filled = 0;
            int count;
            while ((count = await payload.ReadAsync(buffer.AsMemory(filled, BufferSize - filled), cancellationToken)) > 0)
            {
                filled += count;
                if (filled == BufferSize)
                {
                    draft.Append(buffer.AsSpan(0, filled), md5, checksum);
                    filled = 0;
                }
            }

            draft.Append(buffer.AsSpan(0, filled), md5, checksum);
            draft.Close(md5, checksum);
            var claimed = claim.TrailerName is null ? claim.Value : payload.Trailer(claim.TrailerName) ?? throw S3Errors.InvalidRequest("The trailing checksum is missing.");
            if ((claimed is not null && claimed != draft.ChecksumValue) || (claim.Md5 is not null && Convert.ToHexStringLower(claim.Md5) != draft.Md5))
            {
                throw S3Errors.BadDigest();
            }

            return draft;
        }
        catch
        {
            draft.Dispose();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>A draft without bytes.</summary>
    public static Draft Empty(string folder)
    {
        var draft = Create(folder);
        draft.Checksum = ChecksumAlgorithm.Crc64Nvme;
        return draft;
    }

    /// <summary>Copies ranges of other files one after another.</summary>
    /// <param name="folder">Where the temporary file goes.</param>
    /// <param name="pieces">What is copied.</param>
    /// <param name="algorithm">The checksum to compute; null for none.</param>
    /// <param name="cancellationToken">Ends the copy.</param>
    /// <param name="withMd5">Whether the MD5 is computed.</param>
    public static Draft Concatenate(
        string folder, IEnumerable<(ObjectFile Source, long Offset, long Length)> pieces, ChecksumAlgorithm? algorithm, CancellationToken cancellationToken, bool withMd5 = true)
    {
        using var md5 = withMd5 ? IncrementalHash.CreateHash(HashAlgorithmName.MD5) : null;
        using var checksum = algorithm is { } one ? new RunningChecksum(one) : null;
        var draft = Create(folder);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            foreach (var (source, offset, length) in pieces)
            {
                for (long done = 0; done < length;)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var count = RandomAccess.Read(source.Handle, buffer.AsSpan(0, (int)Math.Min(BufferSize, length - done)), offset + done);
                    if (count == 0)
                    {
                        throw new InvalidDataException("a stored object is shorter than it says");
                    }

                    draft.Append(buffer.AsSpan(0, count), md5, checksum);
                    done += count;
                }
            }

            draft.Close(md5, checksum);
            return draft;
        }
        catch
        {
            draft.Dispose();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Puts the finished file in its place.</summary>
    public void MoveTo(string path, ObjectInfo info)
    {
        ObjectFile.Finish(_handle, info);
        File.Move(_path, path, overwrite: true);
        _moved = true;
    }

    public void Dispose()
    {
        _handle.Dispose();
        if (!_moved)
        {
            File.Delete(_path);
        }
    }

    private static Draft Create(string folder)
    {
        var path = Path.Combine(folder, Guid.NewGuid().ToString("n"));
        return new Draft(File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete), path);
    }

    private void Append(ReadOnlySpan<byte> data, IncrementalHash? md5, RunningChecksum? checksum)
    {
        md5?.AppendData(data);
        checksum?.Append(data);
        RandomAccess.Write(_handle, data, Size);
        Size += data.Length;
    }

    private void Close(IncrementalHash? md5, RunningChecksum? checksum)
    {
        if (md5 is not null)
        {
            Md5 = Convert.ToHexStringLower(md5.GetHashAndReset());
        }

        if (checksum is not null)
        {
            Checksum = checksum.Algorithm;
            ChecksumValue = checksum.Finish();
        }
    }
}
