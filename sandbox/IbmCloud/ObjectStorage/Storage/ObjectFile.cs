using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace TempoCos.IbmCloud.ObjectStorage.Storage;

/// <summary>
/// An object in one file: its bytes, its <see cref="ObjectInfo"/> as JSON, the JSON's length and a mark. One rename makes bytes and metadata appear together.
/// A reader keeps what it opened, whatever replaces the file meanwhile.
/// </summary>
public sealed class ObjectFile : IDisposable
{
    private const int TailLength = 12;
    private const int FirstRead = 2048;

    private ObjectFile(SafeFileHandle handle, ObjectInfo info)
    {
        Handle = handle;
        Info = info;
    }

    public SafeFileHandle Handle { get; }

    /// <summary>As it was written, or as it has been amended since.</summary>
    public ObjectInfo Info { get; private set; }

    private static ReadOnlySpan<byte> Mark => "TCOBJ\0\0\x01"u8;

    /// <summary>Opens the file; null when there is none.</summary>
    /// <exception cref="InvalidDataException">The file is not whole.</exception>
    public static ObjectFile? Open(string path)
    {
        SafeFileHandle handle;
        try
        {
            handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        try
        {
            return new ObjectFile(handle, ReadInfo(handle, path));
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Writes what goes behind the bytes.</summary>
    public static void Finish(SafeFileHandle handle, ObjectInfo info)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(info, StorageJson.Default.ObjectInfo);
        var tail = ArrayPool<byte>.Shared.Rent(json.Length + TailLength);
        try
        {
            json.CopyTo(tail, 0);
            BinaryPrimitives.WriteInt32LittleEndian(tail.AsSpan(json.Length), json.Length);
            Mark.CopyTo(tail.AsSpan(json.Length + 4));
            RandomAccess.Write(handle, tail.AsSpan(0, json.Length + TailLength), info.Size);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(tail);
        }
    }

    /// <summary>The file with the attributes that it has now.</summary>
    public ObjectFile With(ObjectAttributes attributes)
    {
        Info = Info.With(attributes);
        return this;
    }

    public void Dispose() => Handle.Dispose();

    private static ObjectInfo ReadInfo(SafeFileHandle handle, string path)
    {
        var length = RandomAccess.GetLength(handle);
        var buffer = ArrayPool<byte>.Shared.Rent(FirstRead);
        try
        {
            var count = (int)Math.Min(length, FirstRead);
            if (count < TailLength || RandomAccess.Read(handle, buffer.AsSpan(0, count), length - count) != count || !buffer.AsSpan(count - 8, 8).SequenceEqual(Mark))
            {
                throw new InvalidDataException($"{path} is not a whole object");
            }

            var json = BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(count - TailLength));
            if (json <= 0 || json + TailLength > length)
            {
                throw new InvalidDataException($"{path} is not a whole object");
            }

            if (json + TailLength > count)
            {
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = ArrayPool<byte>.Shared.Rent(json + TailLength);
                count = json + TailLength;
                RandomAccess.Read(handle, buffer.AsSpan(0, count), length - count);
            }

            return JsonSerializer.Deserialize(buffer.AsSpan(count - TailLength - json, json), StorageJson.Default.ObjectInfo) is { } info
                && info.Size == length - TailLength - json
                ? info
                : throw new InvalidDataException($"{path} is not a whole object");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
