namespace TempoCos.IbmCloud.ObjectStorage.Storage;

/// <summary>A multipart upload in progress: a directory of parts.</summary>
public sealed class Upload(string directory, UploadRecord record)
{
    private readonly SortedDictionary<int, IndexEntry> _parts = [];

    public UploadRecord Record => record;

    public string Directory => directory;

    public string FileOf(int number) => Path.Combine(directory, $"part-{number:d5}");

    public void Set(int number, IndexEntry part)
    {
        lock (_parts)
        {
            _parts[number] = part;
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
