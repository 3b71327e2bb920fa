using TempoCos.Otlp;

namespace TempoCos.TempoBlocks.Writing;

/// <summary>
/// A resource as a row holds it. <see cref="Columns"/>: service.name, the static columns, the dedicated columns; <see cref="Attributes"/>: the rest.
/// </summary>
internal sealed class NormalResource(string?[] columns, List<KeyValue> attributes, uint droppedAttributes)
{
    public string?[] Columns => columns;

    public string ServiceName => columns[0] ?? "";

    public List<KeyValue> Attributes => attributes;

    public uint DroppedAttributes => droppedAttributes;

    public List<NormalScope> Scopes { get; } = [];
}
