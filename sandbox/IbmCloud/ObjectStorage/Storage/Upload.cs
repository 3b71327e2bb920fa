namespace TempoCos.IbmCloud.ObjectStorage.Storage;

/// <summary>A multipart upload in progress: a directory of parts.</summary>
public sealed class Upload(string directory, UploadRecord record)
{
    private readonly SortedDictionary<int, IndexEntry> _parts = [];

    public UploadRecord Record => record;

    public string Directory => directory;

    public string FileOf(int number) => Path.Combine(directory, $"part-{number:d5}");

    /// <summary>Takes note of a part whose file is there.</summary>
    public void Load(int number, IndexEntry part)
    {
        lock (_parts)
        {
            _parts[number] = part;
        }
    }

    /// <summary>Makes a draft the part of that number, in place of an earlier one.</summary>
    public void Save(int number, Draft draft, ObjectInfo info)
    {
        lock (_parts)
        {
            draft.MoveTo(FileOf(number), info);
            _parts[number] = new IndexEntry(info.Key, info.Size, info.ETag, info.LastModified);
        }
    }

    public SortedDictionary<int, IndexEntry> Parts()
    {
        lock (_parts)
        {
            return new SortedDictionary<int, IndexEntry>(_parts);
        }
    }
}
