namespace TempoCos.Doctor;

/// <summary>
/// The names under which an examination writes, and what it wrote. There is no slash in them: at this level Tempo takes what stands before one for a
/// tenant, and would give it an index.
/// </summary>
internal sealed class Canary(string tempoPrefix)
{
    /// <summary>Common to every canary that anything of TempoCos writes.</summary>
    public const string Common = "tempocos-canary-";

    private readonly Lock _lock = new();
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);
    private readonly HashSet<(string Key, string Version)> _versions = [];
    private readonly Dictionary<string, string> _uploads = new(StringComparer.Ordinal);

    /// <summary>Of every examination, under Tempo's own prefix.</summary>
    public string AnyPrefix { get; } = tempoPrefix.Length == 0 ? Common : $"{tempoPrefix}/{Common}";

    /// <summary>Of this one.</summary>
    public string Prefix => $"{AnyPrefix}{Id}-";

    public string Id { get; } = $"{Guid.CreateVersion7():n}";

    public string Key(string name) => $"{Prefix}{name}";

    /// <summary>It may be there from now on, whatever is answered.</summary>
    public void Intend(string key) => Change(() => _keys.Add(key));

    public void Versioned(string key, string version) => Change(() => _versions.Add((key, version)));

    public void Deleted(string key, string? version) => Change(() =>
    {
        if (version is null)
        {
            _keys.Remove(key);
        }
        else if (_versions.Remove((key, version)) && !_versions.Any(other => other.Key == key))
        {
            _keys.Remove(key);
        }
    });

    public void Began(string key, string uploadId) => Change(() => _uploads[uploadId] = key);

    public void Ended(string uploadId) => Change(() => _uploads.Remove(uploadId));

    public (IReadOnlyList<string> Keys, IReadOnlyList<(string Key, string Version)> Versions, IReadOnlyList<(string Key, string UploadId)> Uploads) Left()
    {
        lock (_lock)
        {
            // A version that is deleted by its id leaves no marker behind, a plain deletion would.
            var versioned = _versions.Select(version => version.Key).ToHashSet(StringComparer.Ordinal);
            return ([.. _keys.Where(key => !versioned.Contains(key))], [.. _versions], [.. _uploads.Select(pair => (pair.Value, pair.Key))]);
        }
    }

    private void Change(Action change)
    {
        lock (_lock)
        {
            change();
        }
    }
}
