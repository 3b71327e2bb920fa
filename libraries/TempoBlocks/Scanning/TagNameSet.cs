namespace TempoCos.TempoBlocks.Scanning;

/// <summary>Attribute keys that a block has values for, per scope.</summary>
public sealed class TagNameSet
{
    private readonly Dictionary<ScanScope, HashSet<string>> _names = [];

    /// <summary>The keys of a scope.</summary>
    public IReadOnlySet<string> this[ScanScope scope] => Of(scope);

    internal HashSet<string> Of(ScanScope scope) => _names.TryGetValue(scope, out var names) ? names : _names[scope] = new(StringComparer.Ordinal);
}
