namespace TempoCos.Tempo.TraceQL;

/// <summary>Where an attribute is looked for. <see cref="Any"/> is span, then resource.</summary>
public enum AttributeScope
{
    Any,
    Resource,
    Span,
    Event,
    Link,
    Instrumentation,
    Parent,
    Intrinsic,
}
