namespace TempoCos.Tempo.TraceQL;

/// <summary>Where an attribute is looked for. <see cref="None"/> is span, then resource; intrinsics have it too.</summary>
public enum AttributeScope
{
    None,
    Resource,
    Span,
    Event,
    Link,
    Instrumentation,
}
