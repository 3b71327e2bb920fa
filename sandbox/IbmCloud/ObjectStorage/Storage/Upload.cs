namespace TempoCos.IbmCloud.ObjectStorage.Storage;

/// <summary>A multipart upload in progress: a directory of parts.</summary>
public sealed class Upload(string directory, UploadRecord record)
{
    private readonly SortedDictionary<int, ObjectInfo> _parts = [];

    public UploadRecord Record => record;

    public string Directory => directory;

    public string FileOf(int number) => Path.Combine(directory, $"part-{number:d5}");

    /// <summary>Takes note of a part whose file is there.</summary>
    public void Load(int number, ObjectInfo part)
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
            _parts[number] = info;
        }
    }

    public SortedDictionary<int, ObjectInfo> Parts()
    {
        lock (_parts)
        {
            return new SortedDictionary<int, ObjectInfo>(_parts);
        }
    }
}
