using TempoCos.Otlp;

namespace TempoCos.TempoBlocks.Writing;

/// <summary>A scope as a row holds it.</summary>
internal sealed class NormalScope(string name, string version, List<KeyValue> attributes, uint droppedAttributes)
{
    public string Name => name;

    public string Version => version;

    public List<KeyValue> Attributes => attributes;

    public uint DroppedAttributes => droppedAttributes;

    public List<Span> Spans { get; } = [];
}
