using TempoCos.Otlp;

namespace TempoCos.Pipeline.Blocks;

/// <summary>A span in its trace's tree.</summary>
internal sealed class SpanNode(Span span, string service)
{
    public Span Span => span;

    public string Service => service;

    public List<SpanNode> Children { get; } = [];

    /// <summary>Why it stands at the top although it has a parent id; "" otherwise.</summary>
    public string Note { get; set; } = "";
}
