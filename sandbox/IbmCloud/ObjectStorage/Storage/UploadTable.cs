using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using TempoCos.IbmCloud.Hosting;

namespace TempoCos.IbmCloud.ObjectStorage.Storage;

/// <summary>A bucket's multipart uploads in progress, each a directory of parts.</summary>
public sealed class UploadTable
{
    private readonly ConcurrentDictionary<string, Upload> _uploads = new(StringComparer.Ordinal);
    private readonly string _folder;
    private readonly string _drafts;

    public UploadTable(string folder, string drafts, Action<string> reportBroken)
    {
        _folder = folder;
        _drafts = drafts;
        Directory.CreateDirectory(folder);
        foreach (var directory in Directory.EnumerateDirectories(folder))
        {
            Load(directory, reportBroken);
        }
    }

    public bool IsEmpty => _uploads.IsEmpty;

    public IReadOnlyList<Upload> All => [.. _uploads.Values];

    public Upload? Find(string id) => _uploads.GetValueOrDefault(id);

    public Upload Create(UploadRecord record)
    {
        var directory = Path.Combine(_folder, record.Id);
        Directory.CreateDirectory(directory);
        AtomicFile.Write(Path.Combine(directory, "upload.json"), JsonSerializer.SerializeToUtf8Bytes(record, StorageJson.Default.UploadRecord));
        return _uploads[record.Id] = new Upload(directory, record);
    }

    /// <summary>Ends an upload; false when another request did so before.</summary>
    public bool Remove(Upload upload)
    {
        if (!_uploads.TryRemove(upload.Record.Id, out _))
        {
            return false;
        }

        // Out of sight in one step: a kill in the middle of the deletion leaves no half upload.
        var grave = Path.Combine(_drafts, upload.Record.Id);
        Directory.Move(upload.Directory, grave);
        Directory.Delete(grave, recursive: true);
        return true;
    }

    private void Load(string directory, Action<string> reportBroken)
    {
        var file = Path.Combine(directory, "upload.json");
        if (!File.Exists(file) || JsonSerializer.Deserialize(File.ReadAllBytes(file), StorageJson.Default.UploadRecord) is not { } record)
        {
            // Killed before the upload had been announced to anyone.
            Directory.Delete(directory, recursive: true);
            return;
        }

        var upload = new Upload(directory, record);
        foreach (var path in Directory.EnumerateFiles(directory, "part-*"))
        {
            try
            {
                using var part = ObjectFile.Open(path);
                upload.Load(int.Parse(Path.GetFileName(path)[5..], CultureInfo.InvariantCulture), part!.Info);
            }
            catch (Exception exception) when (exception is InvalidDataException or JsonException)
            {
                reportBroken(path);
            }
        }

        _uploads[record.Id] = upload;
    }
}
