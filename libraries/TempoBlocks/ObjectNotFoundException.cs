namespace TempoCos.TempoBlocks;

/// <summary>The store holds no object of that key.</summary>
public sealed class ObjectNotFoundException(string key, Exception? inner = null)
    : IOException($"The store has no object '{key}'.", inner)
{
    /// <summary>The key that was asked for.</summary>
    public string Key { get; } = key;
}
