using TempoCos.Otlp;

namespace TempoCos.TempoBlocks.Writing;

/// <summary>A scope as a row holds it. Reused for one trace after the other.</summary>
internal sealed class NormalScope
{
    public string Name { get; private set; } = "";

    public string Version { get; private set; } = "";

    public List<KeyValue> Attributes { get; } = [];

    public uint DroppedAttributes { get; private set; }

    public List<Span> Spans { get; } = [];

    public void Fill(InstrumentationScope? scope)
    {
        Spans.Clear();
        Attributes.Clear();
        (Name, Version, DroppedAttributes) = (scope?.Name ?? "", scope?.Version ?? "", scope?.DroppedAttributesCount ?? 0);
        if (scope is { Attributes.Count: > 0 })
        {
            Attributes.AddRange(scope.Attributes);
        }
    }

    /// <summary>Equal in everything that tells scopes apart: not the counter.</summary>
    public bool IsLike(NormalScope other) => Name == other.Name && Version == other.Version && Attributes.SequenceEqual(other.Attributes);
}
